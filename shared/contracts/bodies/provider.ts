import * as z from "zod/mini";
import { type ProviderSettings, type SecretKind, secretKindsOf } from "../../domain/mail-settings.ts";
import { parseVerificationKey } from "../sendgrid-signature.ts";
import { smtpProvider } from "./smtp-provider.ts";

/** Most providers to fall back on. */
const MAX_FALLBACKS = 3;

/** The path of the v3 send call, and nothing that could lead to another host. */
const API_PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;

const KEY_RULE =
  "must be the verification key that SendGrid shows for a signed event webhook (base64 of an elliptic-curve public key)";

/** Kept in one spelling, whatever lines or armour it was pasted with. */
const eventWebhookKey = z.pipe(
  z.string().check(z.maxLength(1000)),
  z.transform((input, context): string => {
    const key = parseVerificationKey(input);
    if (key !== undefined) return key;
    // Not repeated: what was pasted by mistake may be a secret.
    context.issues.push({ code: "custom", message: KEY_RULE, input: undefined });
    return z.NEVER;
  }),
);

const sendGridProvider = z.strictObject({
  kind: z.literal("sendgrid"),
  region: z._default(z.enum(["global", "eu"]), "global"),
  url: z._default(
    z
      .string()
      .check(z.maxLength(200), z.regex(API_PATH, 'must be a path such as "/v3/mail/send", without host or query')),
    "/v3/mail/send",
  ),
  eventWebhookKey: z.optional(eventWebhookKey),
});

/** What carries a scope's mail. */
export const provider = z.discriminatedUnion("kind", [smtpProvider, sendGridProvider]);

/** Providers to try in order after one that has certainly not sent. */
export const fallback = z._default(z.array(provider).check(z.maxLength(MAX_FALLBACKS)), []);

/** What a scope has only one of, whichever secret stands for it. */
const WORDS: Readonly<Record<SecretKind, string>> = {
  password: "password",
  apiKey: "apiKey",
  proxyPassword: "proxyPassword",
  clientSecret: "OAuth 2.0 login",
  serviceAccountKey: "OAuth 2.0 login",
};

interface Providers {
  readonly provider: ProviderSettings;
  readonly fallback: readonly ProviderSettings[];
}

/** Refuses two providers that need a secret of the same kind: a scope holds one of each, bound to one provider. */
export const refuseSharedSecrets = (
  { provider: first, fallback: others }: Providers,
  context: RefusingContext,
): void => {
  const takenBy = new Map(secretKindsOf(first).map((kind) => [WORDS[kind], "provider"]));
  for (const [index, other] of others.entries()) {
    for (const word of secretKindsOf(other).map((kind) => WORDS[kind])) {
      const holder = takenBy.get(word);
      if (holder === undefined) takenBy.set(word, `fallback[${index}]`);
      else context.addIssue({ code: "custom", message: wordShared(word, holder), path: ["fallback", index] });
    }
  }
};

type RefusingContext = Pick<z.core.$RefinementCtx<Providers>, "addIssue">;

const wordShared = (word: string, holder: string): string =>
  `needs a secret that ${holder} has already: a scope holds one ${word}; choose another kind of provider or login`;
