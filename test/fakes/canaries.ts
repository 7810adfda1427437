import { inspect } from "node:util";
import type { SecretKind } from "../../shared/domain/mail-settings.ts";

/** A secret that nobody else would write, so that finding it anywhere is a leak. */
export interface Canary {
  readonly kind: SecretKind;
  /** The part to look for. */
  readonly token: string;
  /** What an administrator gives. */
  readonly value: string;
}

/** Texts around a token that tend to break something: quotes, other alphabets, format strings, separators. */
const DISGUISES = ["", `"'<&>\\ `, "ünïcödé %s {{x}} ", "user:pass@host/?a=b#"] as const;

const canariesOf = (kind: SecretKind, first: number): Canary[] =>
  DISGUISES.map((disguise, index) => {
    const token = `c4n4ry${String(first + index).padStart(2, "0")}Tweet`;
    const text = `${disguise}${token}`;
    const keyFile = { client_email: "a@b.example", private_key: text };
    return { kind, token, value: kind === "serviceAccountKey" ? JSON.stringify(keyFile) : text };
  });

/** Twenty secrets, four of each kind. */
export const CANARIES: readonly Canary[] = [
  ...canariesOf("password", 0),
  ...canariesOf("apiKey", 4),
  ...canariesOf("proxyPassword", 8),
  ...canariesOf("clientSecret", 12),
  ...canariesOf("serviceAccountKey", 16),
];

const smtp = (provider: object): object => ({
  from: { address: "ci@acme.example" },
  provider: { kind: "smtp", host: "smtp.acme.example", auth: { type: "none" }, ...provider },
});

const oauth2 = { type: "oauth2", username: "ci@acme.example", clientId: "client" };

/** Mail settings that have a use for each kind of secret. */
export const SETTINGS_FOR: Readonly<Record<SecretKind, object>> = {
  password: smtp({ auth: { type: "password", username: "ci" } }),
  apiKey: { from: { address: "ci@acme.example" }, provider: { kind: "sendgrid" } },
  proxyPassword: smtp({ proxy: { url: "http://proxy.acme.example:3128", username: "p" } }),
  clientSecret: smtp({
    auth: { ...oauth2, issuer: "microsoft", grant: "client_credentials", directoryId: "a.example" },
  }),
  serviceAccountKey: smtp({ auth: { ...oauth2, issuer: "google", grant: "service_account" } }),
};

/** The canaries that something gives away: as they are, in Base64 or percent-encoded, hidden fields included. */
export const canariesIn = (something: unknown): string[] => {
  const text = inspect(something, {
    depth: Number.POSITIVE_INFINITY,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
  });
  const encoded = text.match(/[A-Za-z0-9+/_-]{12,}={0,2}/g) ?? [];
  const decoded = encoded.map((word) => Buffer.from(word, "base64").toString());
  return CANARIES.map(({ token }) => token).filter((token) => [text, ...decoded].some((one) => one.includes(token)));
};
