/** A dotted path that names where something belongs: `acme`, `acme.eng`, or the root `system`. */
export type Scope = string & { readonly __brand: "Scope" };

/** The first segment of a scope: the wall that nothing crosses. `system` is the operator's own. */
export type Tenant = Scope & { readonly __tenant: true };

/** The root above all tenants: operator-wide settings and rules live here. */
export const SYSTEM = "system" as Tenant;

/** Most segments a scope may have. */
export const MAX_SCOPE_DEPTH = 4;

/** The form of one segment, for schemas and documents. */
export const SCOPE_SEGMENT = "[a-z0-9-]{1,40}";

const SCOPE_FORM = new RegExp(`^${SCOPE_SEGMENT}(?:\\.${SCOPE_SEGMENT}){0,${MAX_SCOPE_DEPTH - 1}}$`);

/** First segments no tenant may have: AWS's event sources, the root, and our own event source. */
const RESERVED = new Set(["aws", "tidings"]);

/** Why a text is not a scope, as a sentence, or undefined when it is one. */
export const explainScope = (text: string): string | undefined => {
  if (text === SYSTEM) return undefined;
  if (!SCOPE_FORM.test(text)) {
    return `must be 1 to ${MAX_SCOPE_DEPTH} segments joined by dots, each 1 to 40 of a-z, 0-9 and "-", such as "acme.eng"`;
  }
  const [first = ""] = text.split(".");
  if (RESERVED.has(first)) return `must not begin with the reserved name "${first}"`;
  if (first === SYSTEM) return 'must not lie below "system": the root has no sub-scopes of its own';
  return undefined;
};

/** The text as a scope, or undefined when it is not one (see {@link explainScope}). */
export const parseScope = (text: string): Scope | undefined =>
  explainScope(text) === undefined ? (text as Scope) : undefined;

/** The tenant a scope belongs to; `system` belongs to itself. */
export const tenantOf = (scope: Scope): Tenant => scope.split(".", 1)[0] as Tenant;

/** The scope one level up: `acme` for `acme.eng`, `system` for `acme`, undefined for `system`. */
export const parentOf = (scope: Scope): Scope | undefined => {
  if (scope === SYSTEM) return undefined;
  const cut = scope.lastIndexOf(".");
  return cut < 0 ? SYSTEM : (scope.slice(0, cut) as Scope);
};

/** The scope and everything above it, nearest first, ending with `system`. */
export const chainOf = (scope: Scope): Scope[] => {
  const parent = parentOf(scope);
  return parent === undefined ? [scope] : [scope, ...chainOf(parent)];
};

/** Whether `inner` is `outer` or lies below it. Everything lies below `system`. */
export const isWithin = (inner: Scope, outer: Scope): boolean =>
  outer === SYSTEM || inner === outer || inner.startsWith(`${outer}.`);
