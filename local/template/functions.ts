import * as z from "zod/mini";
import type { Assembly } from "./assembly.ts";
import { readProperties } from "./read-properties.ts";
import type { Resource, Resources } from "./resources.ts";

/** A function, with the folder of the very bundle that a deployment uploads. */
export interface LambdaFunction {
  /** Short name such as `deliver`: the one the function gives itself in its logs, else its physical name. */
  readonly label: string;
  readonly name: string;
  readonly arn: string;
  readonly codeFolder: string;
  /** `file.export`, as Lambda's `Handler`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Most environments at a time, undefined when nothing is reserved. */
  readonly reservedConcurrency: number | undefined;
}

const functionProperties = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string().check(z.startsWith("nodejs", "only Node.js functions run here")),
  Timeout: z._default(z.coerce.number(), 3),
  MemorySize: z._default(z.coerce.number(), 128),
  ReservedConcurrentExecutions: z.optional(z.coerce.number()),
  Environment: z.optional(z.object({ Variables: z.record(z.string(), z.coerce.string()) })),
});

/**
 * The template's functions.
 * @throws Error when the code of one is not among the assembly's assets.
 */
export const readFunctions = (resources: Resources, assembly: Assembly): readonly LambdaFunction[] =>
  resources.ofType("AWS::Lambda::Function").map((resource) => toFunction(resource, assembly));

const toFunction = (resource: Resource, { assetFolders }: Assembly): LambdaFunction => {
  const properties = readProperties(functionProperties, resource);
  const codeFolder = assetFolders.get(properties.Code.S3Key);
  if (codeFolder === undefined) {
    throw new Error(`cannot find the code of ${resource.logicalId}: there is no asset ${properties.Code.S3Key}`);
  }
  const environment = properties.Environment?.Variables ?? {};
  return {
    label: environment.POWERTOOLS_SERVICE_NAME ?? resource.name,
    name: resource.name,
    arn: resource.attributes.Arn ?? "",
    codeFolder,
    handler: properties.Handler,
    timeoutSeconds: properties.Timeout,
    memoryMb: properties.MemorySize,
    environment,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
  };
};

/** Whether a function is meant by this name or (possibly partial) ARN. */
export const isFunction = (fn: Pick<LambdaFunction, "name" | "arn">, nameOrArn: string): boolean =>
  nameOrArn === fn.name || nameOrArn === fn.arn || nameOrArn.endsWith(`:function:${fn.name}`);
