import { type Conditions, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Duration, type RemovalPolicy } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { ENV } from "../../shared/contracts/env.ts";
import type { FunctionName } from "../../shared/contracts/functions.ts";

/** Where the code of a function is. */
export type CodeFor = (name: FunctionName) => Code;

/** What all functions have in common. */
export interface FunctionPlatform {
  readonly codeFor: CodeFor;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** One thing a function may do: these actions on these resources, given as ARNs. */
export interface Permission {
  readonly actions: readonly string[];
  readonly on: readonly string[];
  /** Under which it holds; always unless given. */
  readonly conditions?: Conditions;
}

/** What is particular to one function. */
export interface FunctionSpec {
  readonly name: FunctionName;
  /** Fractions are rounded up, since Lambda counts whole seconds. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Values of the variables named in `ENV`. */
  readonly environment: Readonly<Partial<Record<keyof typeof ENV, string>>>;
  /** Everything it may do, besides writing its own logs. */
  readonly permissions: readonly Permission[];
}

/** Makes a function with a role and a log group of its own. It gets no AWS managed policy and no other permission. */
export const createFunction = (scope: Construct, platform: FunctionPlatform, spec: FunctionSpec): LambdaFunction => {
  const logGroup = new LogGroup(scope, "Logs", {
    retention: platform.logRetention,
    removalPolicy: platform.removalPolicy,
  });
  const role = new Role(scope, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  logGroup.grantWrite(role);
  for (const { actions, on, conditions = {} } of spec.permissions) {
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...on], conditions }));
  }
  return new LambdaFunction(scope, "Function", {
    description: `Tidings: ${spec.name}`,
    code: platform.codeFor(spec.name),
    handler: "index.handler",
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: spec.memoryMb,
    timeout: Duration.seconds(Math.ceil(spec.timeoutSeconds)),
    environment: { ...environmentOf(spec), POWERTOOLS_SERVICE_NAME: spec.name },
    role,
    logGroup,
  });
};

const environmentOf = ({ environment }: FunctionSpec): Record<string, string> =>
  Object.fromEntries(
    Object.entries(ENV).flatMap(([key, variable]) => {
      const value = environment[key as keyof typeof ENV];
      return value === undefined ? [] : [[variable, value]];
    }),
  );
