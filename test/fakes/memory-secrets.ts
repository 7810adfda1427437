import type { SecretWriter } from "../../shared/admin/ports.ts";
import type { SecretKind } from "../../shared/domain/mail-settings.ts";
import type { Scope } from "../../shared/domain/scope.ts";

/** One stored version of a secret. */
export interface StoredSecret {
  readonly scope: Scope;
  readonly kind: SecretKind;
  readonly versionId: string;
  readonly secret: string;
  readonly binding: string;
}

/** A place for secrets that a test can look into. */
export const createMemorySecrets = (): SecretWriter & { readonly stored: () => readonly StoredSecret[] } => {
  let stored: readonly StoredSecret[] = [];
  let written = 0;
  return {
    stored: () => stored,
    async put(scope, kind, { secret, binding }) {
      written += 1;
      const versionId = `version-${written}`;
      stored = [...stored, { scope, kind, versionId, secret, binding }];
      return versionId;
    },
    async remove(scope) {
      stored = stored.filter((one) => one.scope !== scope);
    },
  };
};
