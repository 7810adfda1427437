import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type LinkKey, linkKeyOf } from "../domain/unsubscribe-token.ts";
import type { LinkKeys } from "../flow/suppression-ports.ts";

/** How long a reader waits, repeats of the SDK included: a mail that waits for its link is late for no good reason. */
const MAX_WAIT_MS = 2_000;

/** Fewest characters of a secret that is taken for a key. */
const MIN_CHARS = 32;

/**
 * The key of the links to unsubscribe, from one secret for the whole installation. It is read once per process, however
 * many ask at the same time; a read that failed is not remembered.
 */
export const createLinkKeys = (
  client: Pick<SecretsManagerClient, "send">,
  secretId: string,
  maxWaitMs = MAX_WAIT_MS,
): LinkKeys => {
  let known: LinkKey | undefined;
  let underWay: Promise<LinkKey> | undefined;
  return {
    async get() {
      if (known !== undefined) return known;
      underWay ??= readKey(client, secretId, maxWaitMs).finally(() => {
        underWay = undefined;
      });
      known = await underWay;
      return known;
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
