import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { FUNCTIONS, type FunctionName } from "../shared/contracts/functions.ts";

/** A function's code, ready to upload. */
export interface Bundle {
  /** Holds `index.mjs` and the chunks it loads. */
  readonly directory: string;
  /** esbuild's account of what went where and who imports whom. */
  readonly metafile: Metafile;
}

const ROOT = join(import.meta.dirname, "..");

/** CommonJS dependencies inside an ES module still call `require` for Node's own modules. */
const REQUIRE = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
].join("");

/**
 * Bundles one entry file into `directory`, AWS SDK included, so that what was tested is what runs. Modules that are
 * imported dynamically become chunks that are read on first use: a tenant on SMTP does not pay for SendGrid's client.
 * Source maps lie beside the code for whoever sets NODE_OPTIONS=--enable-source-maps to read a stack trace. By default
 * it is not set: reading them made the import of `notify` a third slower (70 ms instead of 52 ms).
 */
export const bundleEntry = async (entry: string, directory: string): Promise<Bundle> => {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { index: entry },
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    banner: { js: REQUIRE },
    minify: true,
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  return { directory, metafile };
};

/** Bundles every function into a directory of its name below `directory`. */
export const bundleFunctions = async (directory: string): Promise<Readonly<Record<FunctionName, Bundle>>> => {
  const bundles = FUNCTIONS.map(async (name) => {
    const entry = join(ROOT, "functions", name, "index.ts");
    return [name, await bundleEntry(entry, join(directory, name))] as const;
  });
  // When one fails the others are waited for all the same: nobody writes to the directory after this has ended.
  await Promise.allSettled(bundles);
  return Object.fromEntries(await Promise.all(bundles)) as Record<FunctionName, Bundle>;
};
