import { createPublicKey, type KeyObject, verify } from "node:crypto";

/** What a request says of who made it, and the bytes it says it of. */
export interface SignedRequest {
  /** Base64 of an ECDSA signature in DER. */
  readonly signature: string;
  /** Signed before the body. */
  readonly timestamp: string;
  /** As it was sent, to the byte. */
  readonly body: Buffer;
}

/** Headers of a signed request, in lower case (Twilio, "Getting Started with the Event Webhook Security Features", read 2026-11-26). */
export const SIGNATURE_HEADER = "x-twilio-email-event-webhook-signature";
/** See {@link SIGNATURE_HEADER}. */
export const TIMESTAMP_HEADER = "x-twilio-email-event-webhook-timestamp";

const ARMOUR = /-----(?:BEGIN|END) PUBLIC KEY-----/g;

const UNIX_TIME = /^\d{1,15}$/;

/** The curve of SendGrid's keys. */
const CURVE = "prime256v1";

/**
 * The "verification key" that SendGrid shows for a webhook, in one spelling: base64 of its DER. Undefined: it is no
 * public key of the kind that SendGrid signs with.
 */
export const parseVerificationKey = (text: string): string | undefined =>
  openKey(text)?.export({ format: "der", type: "spki" }).toString("base64");

const openKey = (text: string): KeyObject | undefined => {
  try {
    const der = Buffer.from(text.replace(ARMOUR, ""), "base64");
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    return key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === CURVE ? key : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Whether SendGrid made a request: by ECDSA over the timestamp and the bytes of the body, with SHA-256.
 * @param verificationKey as {@link parseVerificationKey} spells it.
 */
export const isSignedBySendGrid = (verificationKey: string, { signature, timestamp, body }: SignedRequest): boolean => {
  const key = openKey(verificationKey);
  // Nothing stands between timestamp and body: no byte of the one may pass for one of the other.
  if (key === undefined || !UNIX_TIME.test(timestamp)) return false;
  return verify("sha256", Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, "base64"));
};
