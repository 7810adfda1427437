import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Bundle } from "../../infra/bundle.ts";

/** What a fresh Node process prints for a module's source, with nothing but these variables in its environment. */
export const runFresh = async (source: string, environment: Readonly<Record<string, string>> = {}): Promise<string> => {
  // As a module: other scripts given to `--eval` have a global `require`, and so would hide that a bundle has none.
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", source], {
    env: { ...environment },
  });
  return stdout.trim();
};

/** URL of a bundle's entry module. */
export const entryOf = ({ directory }: Bundle): string => `file://${join(directory, "index.mjs")}`;

/** What is read as soon as a bundle is imported, without what lies behind a dynamic import. */
export const eagerPartOf = ({
  metafile: { outputs },
}: Bundle): { readonly inputs: readonly string[]; bytes: number } => {
  const seen = new Set(Object.keys(outputs).filter((path) => path.endsWith("/index.mjs")));
  // A set that grows while it is walked: newly found files are walked too.
  for (const path of seen) {
    for (const next of outputs[path]?.imports ?? []) {
      if (next.kind === "import-statement" && next.external !== true) seen.add(next.path);
    }
  }
  const eager = [...seen].flatMap((path) => outputs[path] ?? []);
  return {
    inputs: eager.flatMap(({ inputs }) => Object.keys(inputs)),
    bytes: eager.reduce((sum, { bytes }) => sum + bytes, 0),
  };
};

/** Bytes of all code in a bundle, source maps left out. */
export const codeBytesOf = ({ metafile: { outputs } }: Bundle): number =>
  Object.entries(outputs).reduce((sum, [path, { bytes }]) => (path.endsWith(".mjs") ? sum + bytes : sum), 0);
