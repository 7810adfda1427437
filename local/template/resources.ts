import type { Assembly, TemplateResource } from "./assembly.ts";
import { type Identity, IGNORED_TYPES, RUN_TYPES } from "./identity.ts";
import { NO_VALUE, resolve, type Scope } from "./intrinsics.ts";
import type { Place } from "./place.ts";

/** One resource of the template with its properties resolved. */
export interface Resource extends Identity {
  readonly logicalId: string;
  /** Physical name. */
  readonly name: string;
  /** Path of the construct that made it, such as `Tidings/Deliver/Function/Resource`; empty when the template has none. */
  readonly constructPath: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The template's resources and outputs with everything resolved that CloudFormation would resolve. */
export interface Resources {
  /** Resources of one type, in the template's order. */
  ofType(type: string): readonly Resource[];
  /** The stack's outputs. */
  outputs(): Readonly<Record<string, unknown>>;
}

/**
 * Gives every resource its name and address, as a deployment would.
 * @throws Error listing the resources of types that the local stack neither runs nor knowingly leaves out.
 */
export const resolveResources = ({ template, stackName }: Assembly, place: Place): Resources => {
  const scope = createScope({ template, stackName }, place);
  const present = Object.entries(template.Resources).filter(([, { Condition }]) => isPresent(Condition, scope));
  const unknown = present.filter(([, { Type }]) => !(Type in RUN_TYPES) && !(Type in IGNORED_TYPES));
  if (unknown.length > 0) {
    const listed = unknown.map(([logicalId, { Type }]) => `${logicalId} (${Type})`).join(", ");
    throw new Error(`the local stack does not know how to run ${listed}; teach it in local/template/identity.ts`);
  }

  return {
    ofType: (type) =>
      present
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId, resource]) => toResource(logicalId, resource, { stackName, place, scope })),
    outputs: () => {
      const outputs = Object.entries(template.Outputs ?? {}).filter(([, { Condition }]) => isPresent(Condition, scope));
      return Object.fromEntries(outputs.map(([name, { Value }]) => [name, resolve(Value, scope)]));
    },
  };
};

interface Naming {
  readonly stackName: string;
  readonly place: Place;
  readonly scope: Scope;
}

const toResource = (logicalId: string, resource: TemplateResource, naming: Naming): Resource => {
  const path = resource.Metadata?.["aws:cdk:path"];
  return {
    ...identify(logicalId, resource, naming),
    logicalId,
    name: nameOf(logicalId, resource, naming),
    constructPath: typeof path === "string" ? path : "",
    properties: resolve(resource.Properties ?? {}, naming.scope) as Record<string, unknown>,
  };
};

const identify = (logicalId: string, resource: TemplateResource, naming: Naming): Identity => {
  const type = RUN_TYPES[resource.Type] ?? IGNORED_TYPES[resource.Type];
  if (type === undefined) throw new Error(`cannot refer to ${logicalId}: unknown resource type ${resource.Type}`);
  return type.identify(nameOf(logicalId, resource, naming), naming.place);
};

/** The name that the template gives, or one that stays the same over restarts. */
const nameOf = (logicalId: string, resource: TemplateResource, { stackName, scope }: Naming): string => {
  const { nameProperty } = RUN_TYPES[resource.Type] ?? IGNORED_TYPES[resource.Type] ?? {};
  const given = nameProperty === undefined ? undefined : resource.Properties?.[nameProperty];
  const name = given === undefined ? undefined : resolve(given, scope);
  return typeof name === "string" ? name : `${stackName}-${logicalId}`;
};

const isPresent = (condition: string | undefined, scope: Scope): boolean =>
  condition === undefined || scope.condition(condition);

const createScope = ({ template, stackName }: Pick<Assembly, "template" | "stackName">, place: Place): Scope => {
  const resourceOf = (logicalId: string): TemplateResource => {
    const resource = template.Resources[logicalId];
    if (resource === undefined) throw new Error(`cannot resolve ${logicalId}: the template has no such resource`);
    return resource;
  };
  const pseudoParameters = pseudoParametersOf(stackName, place);
  const scope: Scope = {
    ref: (name) => {
      if (Object.hasOwn(pseudoParameters, name)) return pseudoParameters[name];
      const parameter = template.Parameters?.[name];
      if (parameter !== undefined) return parameter.Default ?? "";
      return identify(name, resourceOf(name), { stackName, place, scope }).ref;
    },
    attribute: (logicalId, name) => {
      const resource = resourceOf(logicalId);
      const value = identify(logicalId, resource, { stackName, place, scope }).attributes[name];
      if (value !== undefined) return value;
      throw new Error(
        `cannot resolve ${logicalId}.${name}: the local stack does not know this ${resource.Type} attribute`,
      );
    },
    condition: (name) => {
      const condition = template.Conditions?.[name];
      if (condition === undefined)
        throw new Error(`cannot resolve condition ${name}: the template has none of this name`);
      return resolve(condition, scope) === true;
    },
  };
  return scope;
};

const pseudoParametersOf = (stackName: string, place: Place): Readonly<Record<string, unknown>> => ({
  "AWS::AccountId": place.accountId,
  "AWS::NoValue": NO_VALUE,
  "AWS::NotificationARNs": [],
  "AWS::Partition": "aws",
  "AWS::Region": place.region,
  "AWS::StackId": `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stackName}/local`,
  "AWS::StackName": stackName,
  "AWS::URLSuffix": "amazonaws.com",
});
