import { constants } from "node:os";

/** Why certificates are refused, by Node's code for it (Node.js documentation, "TLS", "X509 certificate error codes"). */
const SENTENCES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "The server's certificate has expired.",
  CERT_NOT_YET_VALID: "The server's certificate is not valid yet.",
  ERR_TLS_CERT_ALTNAME_INVALID: "The server's certificate is for another name than the host in the settings.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "The server's certificate is self-signed; give it as caPem to trust it.",
  SELF_SIGNED_CERT_IN_CHAIN: "The server's certificate comes from an authority that is not trusted; give it as caPem.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "The server's certificate comes from an authority that is not trusted; give it as caPem.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "The server's certificate comes from an authority that is not trusted; give it as caPem.",
  ERR_SSL_WRONG_VERSION_NUMBER: "The server does not speak TLS from the first byte on this port.",
  EPROTO: "The server does not speak TLS from the first byte on this port.",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "The server speaks only TLS versions that are older than minTlsVersion.",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "The server speaks only TLS versions that are older than minTlsVersion.",
};

/** What is wrong with a server's TLS, as a sentence; undefined when the connection broke for another reason. */
export const explainTlsError = (code: string | undefined): string | undefined => {
  if (code === undefined) return undefined;
  const isBrokenConnection = code !== "EPROTO" && code in constants.errno;
  return isBrokenConnection ? undefined : (SENTENCES[code] ?? `No secure connection could be made (${code}).`);
};
