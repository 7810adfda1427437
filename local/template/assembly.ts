import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";

const text = z.string();
const properties = z.record(text, z.unknown());

const templateSchema = z.object({
  Resources: z.record(
    text,
    z.object({
      Type: text,
      Properties: z.optional(properties),
      Condition: z.optional(text),
      Metadata: z.optional(properties),
    }),
  ),
  Parameters: z.optional(z.record(text, z.object({ Default: z.optional(z.unknown()) }))),
  Conditions: z.optional(properties),
  Outputs: z.optional(z.record(text, z.object({ Value: z.unknown(), Condition: z.optional(text) }))),
});

/** A CloudFormation template, as far as the local stack reads it. */
export type Template = z.infer<typeof templateSchema>;

/** One resource of a {@link Template}, its properties unresolved. */
export type TemplateResource = Template["Resources"][string];

/** What `cdk synth` leaves behind, read. */
export interface Assembly {
  readonly stackName: string;
  readonly template: Template;
  /** Absolute folder of each directory asset, by the object key under which a deployment uploads it. */
  readonly assetFolders: ReadonlyMap<string, string>;
}

const manifestSchema = z.object({
  artifacts: z.record(text, z.object({ type: text, properties: z.optional(z.unknown()) })),
});
const stackProperties = z.object({ templateFile: text, stackName: z.optional(text) });
const assetProperties = z.object({ file: text });
const assetManifestSchema = z.object({
  files: z.optional(
    z.record(
      text,
      z.object({
        source: z.object({ path: z.optional(text), packaging: z.optional(text) }),
        destinations: z.record(text, z.object({ objectKey: text })),
      }),
    ),
  ),
});

/**
 * Reads a cloud assembly of exactly one stack.
 * @throws Error when the folder holds no assembly, or one with another number of stacks.
 */
export const readAssembly = async (folder: string): Promise<Assembly> => {
  const { artifacts } = manifestSchema.parse(await readJson(folder, "manifest.json"));
  const stacks = Object.entries(artifacts).filter(([, artifact]) => artifact.type === "aws:cloudformation:stack");
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    throw new Error(`cannot run ${folder}: it holds ${stacks.length} stacks, and exactly one is needed`);
  }
  const [artifactId, artifact] = stack;
  const { templateFile, stackName = artifactId } = stackProperties.parse(artifact.properties);

  const assetFolders = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts)) {
    if (type !== "cdk:asset-manifest") continue;
    const manifest = assetManifestSchema.parse(await readJson(folder, assetProperties.parse(properties).file));
    for (const { source, destinations } of Object.values(manifest.files ?? {})) {
      if (source.packaging !== "zip" || source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations)) assetFolders.set(objectKey, join(folder, source.path));
    }
  }
  return { stackName, template: templateSchema.parse(await readJson(folder, templateFile)), assetFolders };
};

const readJson = async (folder: string, file: string): Promise<unknown> =>
  JSON.parse(await readFile(join(folder, file), "utf8"));
