import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { exportJWK, generateKeyPair } from "jose";
import * as z from "zod/mini";
import { writeFileAtomically } from "./state-files.ts";

/** JWS algorithm of the key: the one Cognito uses. */
export const ALGORITHM = "RS256";

const keySchema = z.looseObject({
  kty: z.literal("RSA"),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  d: z.string(),
});

/** A private RSA key as a JWK with its id. */
export type SigningKey = z.infer<typeof keySchema>;

/**
 * The key kept in `keyFile`, or else a new one, which is then kept there, readable by its owner only (0600).
 * @throws Error when the file is there but holds no signing key.
 */
export const signingKey = async (keyFile: string | undefined): Promise<SigningKey> => {
  const kept = keyFile === undefined ? undefined : await readKey(keyFile);
  if (kept !== undefined) return kept;
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const key = keySchema.parse({ ...(await exportJWK(privateKey)), kid: randomUUID() });
  if (keyFile !== undefined) writeFileAtomically(keyFile, JSON.stringify(key), 0o600);
  return key;
};

const readKey = async (keyFile: string): Promise<SigningKey | undefined> => {
  const text = await readFile(keyFile, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return keySchema.parse(JSON.parse(text));
  } catch {
    // Without the cause: the parser's words could quote the key.
    throw new Error(`${keyFile} does not hold a signing key. Delete it to have a new one made.`);
  }
};
