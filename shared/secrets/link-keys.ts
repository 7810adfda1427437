import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type LinkKey, linkKeyOf } from "../domain/unsubscribe-token.ts";
import type { LinkKeys } from "../flow/suppression-ports.ts";

/** How long a reader waits, repeats of the SDK included: a mail that waits for its link is late for no good reason. */
const MAX_WAIT_MS = 2_000;

/** Fewest characters of a secret that is taken for a key. */
const MIN_CHARS = 32;

/** How patient readers of the key are, in milliseconds. */
export interface Patience {
  /** How long a read may take. */
  readonly maxWaitMs?: number;
  /** For how long after a read that failed nobody asks again, and everybody gets the same answer; 0 unless given. */
  readonly retryAfterMs?: number;
  /** A clock. */
  readonly nowMs?: () => number;
}

/**
 * The key of the links to unsubscribe, from one secret for the whole installation. It is read once per process, however
 * many ask at the same time.
 */
export const createLinkKeys = (
  client: Pick<SecretsManagerClient, "send">,
  secretId: string,
  { maxWaitMs = MAX_WAIT_MS, retryAfterMs = 0, nowMs = Date.now }: Patience = {},
): LinkKeys => {
  let reading: Promise<LinkKey> | undefined;
  let forgetAtMs = Number.POSITIVE_INFINITY;
  return {
    get() {
      if (reading !== undefined && nowMs() < forgetAtMs) return reading;
      forgetAtMs = Number.POSITIVE_INFINITY;
      reading = readKey(client, secretId, maxWaitMs);
      reading.catch(() => {
        forgetAtMs = nowMs() + retryAfterMs;
      });
      return reading;
    },
  };
};

/** {@link createLinkKeys} with a client of its own, for those who load it on first use. */
export const openLinkKeys = (secretId: string): LinkKeys => createLinkKeys(new SecretsManagerClient(), secretId);

const readKey = async (
  client: Pick<SecretsManagerClient, "send">,
  secretId: string,
  maxWaitMs: number,
): Promise<LinkKey> => {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: secretId }), {
    abortSignal: AbortSignal.timeout(maxWaitMs),
  });
  if (SecretString.length < MIN_CHARS) throw new Error(`the key of links has fewer than ${MIN_CHARS} characters`);
  return linkKeyOf(SecretString);
};
