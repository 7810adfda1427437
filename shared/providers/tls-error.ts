import { constants } from "node:os";
import type { FailureReason } from "../domain/outcome.ts";

/** What is wrong with a server's TLS: why, and in words. */
export interface TlsProblem {
  readonly reason: FailureReason;
  readonly text: string;
}

const UNTRUSTED: TlsProblem = {
  reason: "certificate-untrusted",
  text: "The server's certificate comes from an authority that is not trusted; give it as caPem.",
};
const SPEAKS_PLAIN: TlsProblem = {
  reason: "tls-expected-later",
  text: "The server does not speak TLS from the first byte on this port.",
};
const TOO_OLD: TlsProblem = {
  reason: "tls-too-old",
  text: "The server speaks only TLS versions that are older than minTlsVersion.",
};
const OUTDATED: TlsProblem = { reason: "certificate-expired", text: "The server's certificate has expired." };

/** Why TLS fails, by Node's code for it (Node.js documentation, "TLS", "X509 certificate error codes"; OpenSSL). */
const PROBLEMS: Readonly<Record<string, TlsProblem>> = {
  CERT_HAS_EXPIRED: OUTDATED,
  CERT_NOT_YET_VALID: { reason: "certificate-expired", text: "The server's certificate is not valid yet." },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: "certificate-wrong-name",
    text: "The server's certificate is for another name than the host in the settings.",
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    reason: "certificate-self-signed",
    text: "The server's certificate is self-signed; give it as caPem to trust it.",
  },
  // An authority of the same name, with another key.
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  ERR_SSL_WRONG_VERSION_NUMBER: SPEAKS_PLAIN,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: SPEAKS_PLAIN,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: TOO_OLD,
  ERR_SSL_UNSUPPORTED_PROTOCOL: TOO_OLD,
};

/** What is wrong with a server's TLS; undefined when the connection broke for another reason. */
export const tlsProblemOf = (code: string | undefined): TlsProblem | undefined => {
  if (code === undefined) return undefined;
  const isBrokenConnection = code !== "EPROTO" && code in constants.errno;
  if (isBrokenConnection) return undefined;
  return PROBLEMS[code] ?? { reason: "tls-failed", text: `No secure connection could be made (${code}).` };
};

/** The same for an error that may be about anything: undefined unless its code is one of TLS or of a certificate. */
export const certainTlsProblemOf = (code: string): TlsProblem | undefined =>
  Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : undefined;
