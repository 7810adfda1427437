import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { SecretWriter } from "../admin/ports.ts";
import { AppError } from "../domain/app-error.ts";

/** Layout of the stored text: `{ v, kind, secret, binding }`. */
const LAYOUT = 1;

/**
 * Keeps a scope's secrets as one Secrets Manager secret named `<prefix>/<scope>`. Each kind is a version of its own
 * that carries the kind as its staging label, so that one kind is replaced without reading the others: the function
 * that writes secrets needs no right to read any.
 */
export const createSecretWriter = (client: Pick<SecretsManagerClient, "send">, prefix: string): SecretWriter => {
  const put = async (secretId: string, kind: string, text: string): Promise<string> => {
    const versionId = randomUUID();
    await client.send(
      new PutSecretValueCommand({
        SecretId: secretId,
        ClientRequestToken: versionId,
        VersionStages: [kind],
        SecretString: text,
      }),
    );
    return versionId;
  };

  return {
    async put(scope, kind, { secret, binding }) {
      const secretId = `${prefix}/${scope}`;
      const text = JSON.stringify({ v: LAYOUT, kind, secret, binding });
      try {
        return await put(secretId, kind, text);
      } catch (error) {
        if (error instanceof InvalidRequestException) throw stillBeingDeleted(error);
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
      await createEmpty(client, secretId, scope);
      return put(secretId, kind, text);
    },
    async remove(scope) {
      try {
        await client.send(
          new DeleteSecretCommand({ SecretId: `${prefix}/${scope}`, ForceDeleteWithoutRecovery: true }),
        );
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
};

/** Makes the secret without a value. That somebody else just made it is as good. */
const createEmpty = async (client: Pick<SecretsManagerClient, "send">, secretId: string, scope: string) => {
  try {
    await client.send(
      new CreateSecretCommand({ Name: secretId, Description: `Mail credentials of ${scope}, written by Tidings.` }),
    );
  } catch (error) {
    if (error instanceof InvalidRequestException) throw stillBeingDeleted(error);
    if (!(error instanceof ResourceExistsException)) throw error;
  }
};

/** A deletion without recovery still takes a moment (API reference, DeleteSecret, ForceDeleteWithoutRecovery). */
const stillBeingDeleted = (cause: InvalidRequestException): AppError => {
  const error = new AppError("conflict", "The scope's former secrets are still being deleted. Try again in a minute.");
  error.cause = cause;
  return error;
};
