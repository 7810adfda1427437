import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from "node:crypto";
import { type EmailAddress, parseAddress } from "./address.ts";
import { parseScope, SYSTEM, type Tenant, tenantOf } from "./scope.ts";

/** What a link ends: the mails that rules of one tenant cause for one address. */
export interface Subscription {
  readonly tenant: Tenant;
  readonly address: EmailAddress;
}

/** What seals the tokens of an installation, and opens them again. */
export interface LinkKey {
  readonly sealing: Buffer;
  readonly numbering: Buffer;
}

/** Layout of the tokens that are made: version, IV, ciphertext, tag. The first byte, authenticated as well. */
const VERSION = Buffer.of(1);

const CIPHER = "aes-256-gcm";

/** Bytes of an IV and of a tag (NIST SP 800-38D sections 8.2 and 5.2.1.2). */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Most characters of a token that are looked at: more than the longest tenant and address make. */
const MAX_CHARS = 600;

/** The key that a secret text stands for (HKDF, RFC 5869). The secret holds at least 256 bits that nobody can guess. */
export const linkKeyOf = (secret: string): LinkKey => {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync("sha256", secret, "", `tidings unsubscribe ${purpose}`, 32));
  return { sealing: derive("sealing"), numbering: derive("numbering") };
};

/**
 * The token of a subscription: it holds all there is to know, so that it works for as long as mails are kept, and shows
 * none of it. Of base64url characters only. The same subscription has the same token, however often a mail is made: the
 * IV is made from what is sealed (as in RFC 5297), so that two subscriptions do not share one.
 */
export const sealSubscription = ({ sealing, numbering }: LinkKey, { tenant, address }: Subscription): string => {
  // Neither can hold a blank.
  const text = `${tenant} ${address}`;
  const iv = createHmac("sha256", numbering).update(text).digest().subarray(0, IV_BYTES);
  const cipher = createCipheriv(CIPHER, sealing, iv, { authTagLength: TAG_BYTES }).setAAD(VERSION);
  const sealed = [cipher.update(text, "utf8"), cipher.final()];
  return Buffer.concat([VERSION, iv, ...sealed, cipher.getAuthTag()]).toString("base64url");
};

/** What a token stands for; undefined for whatever this very key did not seal. */
export const openSubscription = (key: LinkKey, token: string): Subscription | undefined => {
  const text = unseal(key, token);
  if (text === undefined) return undefined;
  const [first = "", second = ""] = text.split(" ");
  const [scope, address] = [parseScope(first), parseAddress(second)];
  if (scope === undefined || scope === SYSTEM || address === undefined) return undefined;
  return { tenant: tenantOf(scope), address };
};

const unseal = ({ sealing }: LinkKey, token: string): string | undefined => {
  const bytes = Buffer.from(token.slice(0, MAX_CHARS), "base64url");
  // Decoding passes over foreign characters: one token has one spelling.
  const isWhole = bytes.toString("base64url") === token && bytes.subarray(0, 1).equals(VERSION);
  if (!isWhole || bytes.length <= 1 + IV_BYTES + TAG_BYTES) return undefined;
  const sealed = bytes.subarray(1 + IV_BYTES, -TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, sealing, bytes.subarray(1, 1 + IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(VERSION)
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
};
