import { readFileSync } from "node:fs";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App } from "aws-cdk-lib/core";
import * as z from "zod/mini";
import { readSettings } from "../../infra/settings.ts";
import { TidingsStack } from "../../infra/stack.ts";

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/** The stack as `cdk.json` and these settings make it, with a stand-in for the code of the functions. */
export const createStack = (settings: Readonly<Record<string, unknown>> = {}): { app: App; stack: TidingsStack } => {
  const { context } = cdkJson.parse(JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")));
  // CloudFormation's own rules take seconds; `app.test.ts` runs them once, through the CDK CLI.
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, context });
  return { app, stack: new TidingsStack(app, readSettings(settings), () => Code.fromInline("// stand-in")) };
};

/** The template of {@link createStack}. */
export const synth = (settings?: Readonly<Record<string, unknown>>): Template =>
  Template.fromStack(createStack(settings).stack);

/** Reference to an attribute of a resource, as templates write it. */
const arnOf = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) });
const oneOrMore = z.union([z.unknown(), z.array(z.unknown())]);
const statementSchema = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.optional(oneOrMore),
  Condition: z.optional(z.unknown()),
});
const policySchema = z.object({
  Properties: z.object({
    PolicyDocument: z.object({ Statement: z.array(statementSchema) }),
    Roles: z.optional(z.array(z.object({ Ref: z.string() }))),
  }),
});
const functionSchema = z.object({
  Properties: z.object({
    Role: arnOf,
    Timeout: z.number(),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  }),
});

/** One statement of a policy, with its actions and resources as lists. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly condition: unknown;
}

/** A function of a template with everything its role allows. */
export interface SynthesizedFunction {
  readonly name: string;
  readonly logicalId: string;
  /** Logical id of its role. */
  readonly roleId: string;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly statements: readonly Statement[];
}

const toList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const statementsIn = (policy: unknown): readonly Statement[] =>
  policySchema.parse(policy).Properties.PolicyDocument.Statement.map(({ Effect, Action, Resource, Condition }) => ({
    effect: Effect,
    actions: [Action].flat(),
    resources: toList(Resource),
    condition: Condition,
  }));

/** All statements of all policies, those of queues included. */
export const allStatements = (template: Template): readonly Statement[] =>
  ["AWS::IAM::Policy", "AWS::SQS::QueuePolicy"].flatMap((type) =>
    Object.values(template.findResources(type)).flatMap(statementsIn),
  );

/** The functions of a template, by the name they give themselves. */
export const functionsOf = (template: Template): readonly SynthesizedFunction[] =>
  Object.entries(template.findResources("AWS::Lambda::Function")).map(([logicalId, resource]) => {
    const { Role, Timeout, Environment } = functionSchema.parse(resource).Properties;
    const [roleId] = Role["Fn::GetAtt"];
    const policies = Object.values(template.findResources("AWS::IAM::Policy")).filter((policy) =>
      policySchema.parse(policy).Properties.Roles?.some(({ Ref }) => Ref === roleId),
    );
    return {
      name: String(Environment.Variables.POWERTOOLS_SERVICE_NAME),
      logicalId,
      roleId,
      timeoutSeconds: Timeout,
      environment: Environment.Variables,
      statements: policies.flatMap(statementsIn),
    };
  });

/** The function of that name. */
export const functionNamed = (template: Template, name: string): SynthesizedFunction => {
  const found = functionsOf(template).find((fn) => fn.name === name);
  if (found === undefined) throw new Error(`the template has no function "${name}"`);
  return found;
};
