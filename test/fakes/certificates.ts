import { isIP } from "node:net";
import { generate } from "selfsigned";

/** A private key with its certificate, both PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;

/** A certificate authority that nobody trusts unless told to. */
export const makeAuthority = async (): Promise<Certificate> => {
  const made = await generate([{ name: "commonName", value: "Test Authority" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key: made.private, cert: made.cert };
};

/** A server's certificate for the given host names and addresses; without an authority it is self-signed. */
export const makeCertificate = async (options: {
  readonly hosts: readonly string[];
  readonly authority?: Certificate;
  readonly expired?: boolean;
}): Promise<Certificate> => {
  const endsAt = Date.now() + (options.expired === true ? -DAY_MS : DAY_MS);
  const made = await generate([{ name: "commonName", value: "Test Server" }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(endsAt - 10 * DAY_MS),
    notAfterDate: new Date(endsAt),
    ...(options.authority === undefined ? {} : { ca: options.authority }),
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: options.hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
      },
    ],
  });
  return { key: made.private, cert: made.cert };
};
