import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App } from "aws-cdk-lib/core";
import { bundleFunctions } from "./bundle.ts";
import { readSettings, SettingsError } from "./settings.ts";
import { TidingsStack } from "./stack.ts";

const DIST = join(import.meta.dirname, "..", "dist");

/** Writes the cloud assembly. Each run bundles into a directory of its own, so that several may run side by side. */
const synthesize = async (): Promise<void> => {
  const app = new App({ analyticsReporting: false });
  const settings = readSettings(app.node.getAllContext());
  await mkdir(DIST, { recursive: true });
  const directory = await mkdtemp(join(DIST, "functions-"));
  try {
    const bundles = await bundleFunctions(directory);
    new TidingsStack(app, settings, (name) => Code.fromAsset(bundles[name].directory));
    app.synth();
  } finally {
    await rm(directory, { recursive: true });
  }
};

try {
  await synthesize();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
