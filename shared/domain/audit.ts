import type { FieldChange } from "./diff.ts";
import { SECRET_KINDS, type SecretKind, type SecretNotes } from "./mail-settings.ts";
import { type Scope, SYSTEM, type Tenant, tenantOf } from "./scope.ts";

/** What somebody changed. */
export interface AuditEntry {
  readonly id: string;
  /** ISO-8601, to the millisecond. */
  readonly at: string;
  /** The issuer's lasting id for the person or program; `tidings` for what it does by itself. */
  readonly by: string;
  /** What people call them, where the token says it; null otherwise. */
  readonly byName: string | null;
  readonly scope: Scope;
  /** The operation of the API, such as `putGroup`. */
  readonly action: string;
  /** What was changed within the scope: `group oncall`, `mail-settings`, `credentials`. */
  readonly target: string;
  /** From the document as it was to the document as it is. Never with a secret. */
  readonly changes: readonly FieldChange[];
  /** How many more changes there were than an entry holds. */
  readonly omittedChanges: number;
}

/** What becomes an {@link AuditEntry}. */
export type AuditedChange = Omit<AuditEntry, "id" | "omittedChanges">;

/** Whose list an entry stands in. That a tenant was deleted is told to the operator: nobody reads the tenant's any more. */
export const auditHomeOf = ({ scope, action }: Pick<AuditEntry, "scope" | "action">): Tenant =>
  action === "deleteScope" && scope === tenantOf(scope) ? SYSTEM : tenantOf(scope);

/**
 * What became of the secrets between two states of the notes about them. A secret shows as `given`, `replaced` or
 * `deleted`: no value, version or binding.
 */
export const diffSecrets = (before: SecretNotes, after: SecretNotes): FieldChange[] =>
  SECRET_KINDS.flatMap((kind): FieldChange[] => {
    const [was, is] = [before[kind], after[kind]];
    if (was?.versionId === is?.versionId) return [];
    return [secretChange(kind, was !== undefined, is !== undefined)];
  });

const secretChange = (kind: SecretKind, was: boolean, is: boolean): FieldChange => {
  const path = `credentials.${kind}`;
  if (!was) return { path, after: "given" };
  return { path, before: "given", after: is ? "replaced" : "deleted" };
};

/** Changes an entry holds at most, and bytes of JSON of their values: it has to fit a bus event (256 KB) many times. */
const MAX_CHANGES = 500;
const MAX_VALUE_BYTES = 64 * 1024;

/** The changes with values as far as an entry has room. Each other value is given by its size: `{ omittedBytes }`. */
export const fitChanges = (changes: readonly FieldChange[]): Pick<AuditEntry, "changes" | "omittedChanges"> => {
  let roomBytes = MAX_VALUE_BYTES;
  const fitted = (value: unknown): unknown => {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    if (bytes > roomBytes) return { omittedBytes: bytes };
    roomBytes -= bytes;
    return value;
  };
  const kept = changes.slice(0, MAX_CHANGES).map(({ path, before, after }) => ({
    path,
    ...(before === undefined ? {} : { before: fitted(before) }),
    ...(after === undefined ? {} : { after: fitted(after) }),
  }));
  return { changes: kept, omittedChanges: changes.length - kept.length };
};
