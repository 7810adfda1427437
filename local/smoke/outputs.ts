import { readFile } from "node:fs/promises";
import { parseJson } from "../../shared/contracts/json.ts";
import { OUTPUTS, type OutputName } from "../../shared/contracts/outputs.ts";

/** The outputs of a deployed stack, by name. */
export type StackOutputs = Readonly<Record<OutputName, string>>;

/** A file with outputs, as JSON. @throws Error when it cannot be read or is not JSON. */
export const readOutputsFile = async (file: string): Promise<unknown> => {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Error(`cannot read --outputs ${file}`, { cause });
  });
  const value = parseJson(text);
  if (value === undefined) throw new Error(`--outputs ${file} is not JSON`);
  return value;
};

/**
 * The outputs within what `cdk deploy --outputs-file` wrote (`{ "<stack>": { … } }`), or within one stack's outputs.
 * @throws Error that names the outputs which are missing, or the stacks between which it cannot choose.
 */
export const findOutputs = (value: unknown): StackOutputs => {
  const candidates = [value, ...Object.values(asObject(value))]
    .map(asObject)
    .filter((each) => OUTPUTS.some((name) => name in each));
  const [only, ...others] = candidates;
  if (only === undefined) throw new Error(`no stack with the outputs ${OUTPUTS.join(", ")}`);
  if (others.length > 0) throw new Error("the outputs of several stacks: keep only those of the one to be proved");
  const missing = OUTPUTS.filter((name) => typeof only[name] !== "string" || only[name] === "");
  if (missing.length > 0) throw new Error(`the outputs ${missing.join(", ")} are missing`);
  return Object.fromEntries(OUTPUTS.map((name) => [name, String(only[name])])) as Record<OutputName, string>;
};

/**
 * The outputs of a stack, as CloudFormation (or an emulator at AWS_ENDPOINT_URL) tells them.
 * @throws Error when there is no such stack.
 */
export const describeOutputs = async (stackName: string): Promise<StackOutputs> => {
  // Loaded on demand: only this way of naming a stack needs it.
  const { CloudFormationClient, DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  const answer = await new CloudFormationClient().send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = answer.Stacks?.[0]?.Outputs ?? [];
  return findOutputs(Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])));
};

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};
