/** What CloudFormation's functions may ask about the rest of the template. */
export interface Scope {
  /** Value of `{ Ref: name }`: a resource, a parameter or a pseudo parameter. */
  ref(name: string): unknown;
  /** Value of `Fn::GetAtt`. */
  attribute(logicalId: string, name: string): unknown;
  /** Whether a condition of the template holds. */
  condition(name: string): boolean;
}

/** Stands for `AWS::NoValue`: the property it is given to is left out. */
export const NO_VALUE: unique symbol = Symbol("AWS::NoValue");

/**
 * Replaces CloudFormation's functions in a value by what they stand for.
 * @throws Error naming the function, when it is unknown or its arguments are not of the form CloudFormation asks for.
 * Source: AWS CloudFormation template reference, "Intrinsic functions".
 */
export const resolve = (value: unknown, scope: Scope): unknown => {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  if (!isObject(value)) return value;
  const [key, ...others] = Object.keys(value);
  if (key !== undefined && others.length === 0 && (key === "Ref" || key.startsWith("Fn::") || key === "Condition")) {
    const intrinsic = INTRINSICS[key];
    // A lone `Condition` with an object below it is an IAM statement's, not CloudFormation's.
    if (key === "Condition" && typeof value[key] !== "string") return resolveMembers(value, scope);
    if (intrinsic === undefined) throw new Error(`cannot resolve ${key}: the local stack does not know this function`);
    return intrinsic(value[key], scope);
  }
  return resolveMembers(value, scope);
};

const resolveMembers = (value: Record<string, unknown>, scope: Scope): Record<string, unknown> => {
  const members = Object.entries(value).map(([name, member]) => [name, resolve(member, scope)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== NO_VALUE));
};

const INTRINSICS: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (name, scope) => scope.ref(text(name, "Ref")),
  Condition: (name, scope) => scope.condition(text(name, "Condition")),
  "Fn::GetAtt": (argument, scope) => {
    const [logicalId, ...path] = typeof argument === "string" ? argument.split(".") : list(argument, "Fn::GetAtt");
    return scope.attribute(text(logicalId, "Fn::GetAtt"), path.map((part) => text(part, "Fn::GetAtt")).join("."));
  },
  "Fn::Join": (argument, scope) => {
    const [separator, items] = list(argument, "Fn::Join");
    const parts = list(resolve(items, scope), "Fn::Join").map((item) => text(item, "Fn::Join"));
    return parts.join(text(separator, "Fn::Join"));
  },
  "Fn::Split": (argument, scope) => {
    const [separator, source] = list(argument, "Fn::Split");
    return text(resolve(source, scope), "Fn::Split").split(text(separator, "Fn::Split"));
  },
  "Fn::Select": (argument, scope) => {
    const [index, items] = list(resolve(argument, scope), "Fn::Select");
    const found = list(items, "Fn::Select")[Number(index)];
    if (found === undefined) throw new Error(`cannot resolve Fn::Select: there is no item ${String(index)}`);
    return found;
  },
  "Fn::Sub": (argument, scope) => {
    const [template, variables] = typeof argument === "string" ? [argument, {}] : list(argument, "Fn::Sub");
    return substitute(text(template, "Fn::Sub"), resolve(variables, scope), scope);
  },
  "Fn::If": (argument, scope) => {
    const [name, then, otherwise] = list(argument, "Fn::If");
    return resolve(scope.condition(text(name, "Fn::If")) ? then : otherwise, scope);
  },
  "Fn::Equals": (argument, scope) => {
    const [left, right] = list(resolve(argument, scope), "Fn::Equals");
    return left === right;
  },
  "Fn::Not": (argument, scope) => list(resolve(argument, scope), "Fn::Not")[0] !== true,
  "Fn::And": (argument, scope) => list(resolve(argument, scope), "Fn::And").every((item) => item === true),
  "Fn::Or": (argument, scope) => list(resolve(argument, scope), "Fn::Or").some((item) => item === true),
};

const substitute = (template: string, variables: unknown, scope: Scope): string =>
  template.replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, escaped: string, name: string) => {
    if (escaped !== "") return `\${${name}}`;
    if (isObject(variables) && Object.hasOwn(variables, name)) return text(variables[name], "Fn::Sub");
    const [logicalId = name, ...path] = name.split(".");
    return text(path.length === 0 ? scope.ref(name) : scope.attribute(logicalId, path.join(".")), "Fn::Sub");
  });

const list = (value: unknown, of: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error(`cannot resolve ${of}: a list is needed`);
  return value;
};

const text = (value: unknown, of: string): string => {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`cannot resolve ${of}: text is needed`);
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
