import type { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { linkKeyOf } from "../../shared/domain/unsubscribe-token.ts";
import { createLinkKeys, type Patience } from "../../shared/secrets/link-keys.ts";

const SECRET = "sixty-four characters that were generated for this installation";

const ID = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:key-AbCdEf";

/** A Secrets Manager that answers as told and remembers what it was asked. */
const createReader = (
  answer: (signal: AbortSignal | undefined) => Promise<string | undefined>,
  patience?: Patience,
) => {
  const asked: unknown[] = [];
  const send = async ({ input }: GetSecretValueCommand, options?: { abortSignal?: AbortSignal }) => {
    asked.push(input);
    return { SecretString: await answer(options?.abortSignal), $metadata: {} };
  };
  return { asked, keys: createLinkKeys({ send: send as SecretsManagerClient["send"] }, ID, patience) };
};

test("the key of links is read once, also when many ask at the same moment", async () => {
  const { keys, asked } = createReader(async () => SECRET);

  const answers = await Promise.all([keys.get(), keys.get(), keys.get()]);
  answers.push(await keys.get());

  expect(answers).toEqual(Array(4).fill(linkKeyOf(SECRET)));
  expect(asked).toEqual([{ SecretId: ID }]);
});

test("a read of the key that failed is tried again by whoever asks next", async () => {
  const answers = [() => Promise.reject(new Error("throttled")), async () => undefined, async () => SECRET];
  const { keys, asked } = createReader(async () => answers.shift()?.());

  await expect(Promise.all([keys.get(), keys.get()])).rejects.toThrow("throttled");
  await expect(keys.get()).rejects.toThrow("fewer than 32 characters");

  expect(await keys.get()).toEqual(linkKeyOf(SECRET));
  expect(asked).toHaveLength(3);
});

test("a read of the key that failed is not tried again for as long as that costs others their time", async () => {
  let nowMs = 0;
  const answers = [() => Promise.reject(new Error("throttled")), async () => SECRET];
  const { keys, asked } = createReader(async () => answers.shift()?.(), { retryAfterMs: 30_000, nowMs: () => nowMs });

  await expect(keys.get()).rejects.toThrow("throttled");
  nowMs = 29_999;
  await expect(Promise.all([keys.get(), keys.get()])).rejects.toThrow("throttled");
  expect(asked).toHaveLength(1);
  nowMs = 30_000;

  expect(await keys.get()).toEqual(linkKeyOf(SECRET));
  expect(await keys.get()).toEqual(linkKeyOf(SECRET));
  expect(asked).toHaveLength(2);
});

test("whoever asks for the key does not wait for a Secrets Manager that does not answer", async () => {
  const { keys } = createReader(
    (signal) => new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    { maxWaitMs: 1 },
  );

  await expect(keys.get()).rejects.toThrow("timeout");
});

test.each(["", "short", "x".repeat(31)])("'%s' is too short for a key", async (secret) => {
  const { keys } = createReader(async () => secret);

  await expect(keys.get()).rejects.toThrow("fewer than 32 characters");
});
