import type { Scope } from "../../shared/domain/scope.ts";
import type { SecretValue } from "../../shared/flow/ports.ts";
import type { OAuthSecrets } from "../../shared/oauth/ports.ts";

/** One version of a scope's OAuth secret. */
export interface StoredVersion {
  readonly scope: Scope;
  readonly label: string;
  readonly versionId: string;
  readonly value: SecretValue;
}

/** OAuth secrets that a test can look into, and give client secrets to. */
export interface MemoryOAuthSecrets extends OAuthSecrets {
  readonly versions: StoredVersion[];
  give(scope: Scope, label: string, value: SecretValue): string;
}

/** Keeps every version, as Secrets Manager does for a while. */
export const createMemoryOAuthSecrets = (): MemoryOAuthSecrets => {
  const versions: StoredVersion[] = [];
  const give = (scope: Scope, label: string, value: SecretValue): string => {
    const versionId = `version-${versions.length + 1}`;
    versions.push({ scope, label, versionId, value });
    return versionId;
  };
  return {
    versions,
    give,
    put: async (scope, label, value) =>
      versions.some((version) => version.scope === scope) ? give(scope, label, value) : undefined,
    read: async (scope, versionId) =>
      versions.find((version) => version.scope === scope && version.versionId === versionId)?.value,
  };
};
