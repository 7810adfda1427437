import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import { parseJson } from "../contracts/json.ts";
import type { Scope } from "../domain/scope.ts";
import type { SecretReader, SecretValue } from "../flow/ports.ts";

/** Most secrets kept in one process; the oldest goes first. */
const MAX_KEPT = 500;

const schema = z.object({ v: z.literal(1), secret: z.string(), binding: z.string() });

/** One version of a scope's secret, undefined when it does not exist any more. */
export const readVersion = async (
  client: Pick<SecretsManagerClient, "send">,
  prefix: string,
  scope: Scope,
  versionId: string,
): Promise<SecretValue | undefined> => {
  try {
    const answer = await client.send(
      new GetSecretValueCommand({ SecretId: `${prefix}/${scope}`, VersionId: versionId }),
    );
    const parsed = schema.safeParse(parseJson(answer.SecretString ?? ""));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

/**
 * Reads tenants' secrets, each version once per process: a version never changes, and the settings name the one in
 * force, so there is nothing to expire.
 */
export const createSecretReader = (client: Pick<SecretsManagerClient, "send">, prefix: string): SecretReader => {
  // Promises, so that a batch that needs a secret for the first time asks for it once.
  const kept = new Map<string, Promise<SecretValue | undefined>>();

  const fetchAndKeep = async (key: string, scope: Scope, versionId: string): Promise<SecretValue | undefined> => {
    const fetched = readVersion(client, prefix, scope, versionId);
    kept.set(key, fetched);
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - MAX_KEPT))) kept.delete(oldest);
    try {
      const value = await fetched;
      if (value === undefined) kept.delete(key);
      return value;
    } catch (error) {
      kept.delete(key);
      throw error;
    }
  };

  return {
    read(scope, versionId) {
      const key = `${scope}/${versionId}`;
      return kept.get(key) ?? fetchAndKeep(key, scope, versionId);
    },
  };
};
