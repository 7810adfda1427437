import {
  InvalidRequestException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { OAuthSecrets } from "../oauth/ports.ts";
import { putVersion } from "./labelled-version.ts";
import { readVersion } from "./secret-reader.ts";

/**
 * A scope's OAuth secrets: versions of the Secrets Manager secret `<prefix>/<scope>`, told apart by their staging
 * labels. Client secrets and keys are there already (see `secret-writer.ts`), so that none is ever made here: a secret
 * that is gone, or being deleted, was deleted by an administrator. Nothing is kept in memory.
 */
export const createOAuthSecrets = (client: Pick<SecretsManagerClient, "send">, prefix: string): OAuthSecrets => ({
  read: (scope, versionId) => readVersion(client, prefix, scope, versionId),
  async put(scope, label, value) {
    try {
      return await putVersion(client, { prefix, scope, label, ...value });
    } catch (error) {
      if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return undefined;
      throw error;
    }
  },
});
