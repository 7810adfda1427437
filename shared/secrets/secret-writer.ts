import {
  DeleteSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { SecretWriter } from "../admin/ports.ts";
import { OAUTH_SECRET_KINDS, type SecretKind } from "../domain/mail-settings.ts";
import { putLabelled } from "./labelled-version.ts";

/** What the names of secrets begin with, by who may read them: those who open connections, or those who talk OAuth. */
export interface SecretPrefixes {
  readonly mail: string;
  readonly oauth: string;
}

/**
 * Keeps a scope's secrets as Secrets Manager secrets named `<prefix>/<scope>`, those of OAuth apart from the others.
 * Each kind is a version of its own that carries the kind as its staging label, so that one kind is replaced without
 * reading the others: the function that writes secrets needs no right to read any.
 */
export const createSecretWriter = (
  client: Pick<SecretsManagerClient, "send">,
  prefixes: SecretPrefixes,
): SecretWriter => ({
  put: (scope, kind, value) => putLabelled(client, { prefix: prefixFor(kind, prefixes), scope, label: kind, ...value }),
  async remove(scope) {
    for (const prefix of [prefixes.mail, prefixes.oauth]) await deleteForGood(client, `${prefix}/${scope}`);
  },
});

const prefixFor = (kind: SecretKind, { mail, oauth }: SecretPrefixes): string =>
  OAUTH_SECRET_KINDS.includes(kind) ? oauth : mail;

const deleteForGood = async (client: Pick<SecretsManagerClient, "send">, secretId: string): Promise<void> => {
  try {
    await client.send(new DeleteSecretCommand({ SecretId: secretId, ForceDeleteWithoutRecovery: true }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
};
