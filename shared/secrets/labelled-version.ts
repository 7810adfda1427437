import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { AppError } from "../domain/app-error.ts";
import type { Scope } from "../domain/scope.ts";

/** Layout of the stored text: `{ v, kind, secret, binding }`. */
const LAYOUT = 1;

/** What to keep, in which secret and under which staging label. */
export interface LabelledValue {
  /** What the secret's name begins with: `<prefix>/<scope>`. */
  readonly prefix: string;
  readonly scope: Scope;
  readonly label: string;
  readonly secret: string;
  readonly binding: string;
}

/**
 * Stores a value as {@link putVersion} does. Makes the secret when there is none; asks for no value that is there.
 * @throws AppError `conflict` while a former secret of that name is still being deleted.
 */
export const putLabelled = async (
  client: Pick<SecretsManagerClient, "send">,
  value: LabelledValue,
): Promise<string> => {
  try {
    return await putVersion(client, value);
  } catch (error) {
    if (error instanceof InvalidRequestException) throw stillBeingDeleted(error);
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  await createEmpty(client, value);
  return putVersion(client, value);
};

/**
 * Stores a value as a new version that takes its label over, and answers the version's id.
 * @throws ResourceNotFoundException when there is no such secret.
 */
export const putVersion = async (
  client: Pick<SecretsManagerClient, "send">,
  { prefix, scope, label, secret, binding }: LabelledValue,
): Promise<string> => {
  const versionId = randomUUID();
  await client.send(
    new PutSecretValueCommand({
      SecretId: `${prefix}/${scope}`,
      ClientRequestToken: versionId,
      VersionStages: [label],
      SecretString: JSON.stringify({ v: LAYOUT, kind: label, secret, binding }),
    }),
  );
  return versionId;
};

/** Makes the secret without a value. That somebody else just made it is as good. */
const createEmpty = async (client: Pick<SecretsManagerClient, "send">, { prefix, scope }: LabelledValue) => {
  try {
    await client.send(
      new CreateSecretCommand({
        Name: `${prefix}/${scope}`,
        Description: `Mail credentials of ${scope}, written by Tidings.`,
      }),
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
