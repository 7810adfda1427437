import { importPKCS8, SignJWT } from "jose";
import * as z from "zod/mini";
import { parseJson } from "../contracts/json.ts";

/** What of Google's key file is used. */
const keyFile = z.object({
  client_email: z.string(),
  private_key: z.string(),
  private_key_id: z.optional(z.string()),
});

/** Seconds an assertion is good for: Google takes no more. */
const LIFE_SECONDS = 3_600;

/** Whom an assertion is for. */
export interface AssertionOf {
  /** The mailbox to act as. */
  readonly mailbox: string;
  readonly scope: string;
  /** The token endpoint. */
  readonly audience: string;
}

/**
 * The signed statement by which a service account asks to act as a mailbox (RFC 7523; Google, "Using OAuth 2.0 for
 * server to server applications"). Undefined when the key is not one. Of the key file only the key and its owner count:
 * the addresses in it are not asked.
 */
export const signAssertion = async (
  key: string,
  { mailbox, scope, audience }: AssertionOf,
): Promise<string | undefined> => {
  const parsed = keyFile.safeParse(parseJson(key));
  if (!parsed.success) return undefined;
  const { client_email, private_key, private_key_id } = parsed.data;
  const signingKey = await importPKCS8(private_key, "RS256").catch(() => undefined);
  if (signingKey === undefined) return undefined;
  const header = { alg: "RS256", typ: "JWT", ...(private_key_id === undefined ? {} : { kid: private_key_id }) };
  return new SignJWT({ scope })
    .setProtectedHeader(header)
    .setIssuer(client_email)
    .setSubject(mailbox)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${LIFE_SECONDS}s`)
    .sign(signingKey);
};
