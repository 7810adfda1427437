import * as z from "zod/mini";
import type { InputIssue } from "../../domain/app-error.ts";
import { explainDomainName, parseDomainName } from "../../domain/domain-name.ts";
import type { SmtpAuth } from "../../domain/mail-settings.ts";
import { OAUTH_GRANTS, OAUTH_ISSUERS, type OAuth2Login } from "../../domain/oauth-login.ts";
import { address, line } from "./fields.ts";

/** Form of the ids Microsoft gives directories. */
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A Microsoft directory: its id, or a domain that is verified for it (Microsoft, "OpenID Connect protocol"). Forms send
 * an empty text for "none".
 */
const directoryId = z.pipe(
  z.string().check(z.maxLength(253)),
  z.transform((input, context): string | null => {
    if (input === "") return null;
    const parsed = GUID.test(input) ? input.toLowerCase() : parseDomainName(input);
    if (parsed !== undefined) return parsed;
    const message = `must be the directory's id (a GUID) or one of its domains: ${explainDomainName(input)}`;
    context.issues.push({ code: "custom", message, input });
    return z.NEVER;
  }),
);

const givenOAuth2 = z.strictObject({
  type: z.literal("oauth2"),
  /** The mailbox that is logged in to. */
  username: address,
  issuer: z.enum(OAUTH_ISSUERS),
  grant: z._default(z.enum(OAUTH_GRANTS), "authorization_code"),
  clientId: line(255),
  directoryId: z
    ._default(z.nullable(directoryId), null)
    .check(z.meta({ description: "Required with the issuer microsoft; null with google." })),
});

type Login = z.output<typeof givenOAuth2>;

/** What of a login does not fit its issuer. */
const MISFITS: readonly (InputIssue & { readonly when: (login: Login) => boolean })[] = [
  {
    when: ({ issuer, grant }) => issuer === "google" && grant === "client_credentials",
    path: "grant",
    message:
      'is not offered by google: choose "authorization_code", or "service_account" for a Google Workspace mailbox',
  },
  {
    when: ({ issuer, grant }) => issuer === "microsoft" && grant === "service_account",
    path: "grant",
    message:
      'is not offered by microsoft: choose "authorization_code", or "client_credentials" for the application itself',
  },
  {
    when: ({ issuer, directoryId }) => issuer === "google" && directoryId !== null,
    path: "directoryId",
    message: "is Microsoft's: leave it out with the issuer google",
  },
  {
    when: ({ issuer, directoryId }) => issuer === "microsoft" && directoryId === null,
    path: "directoryId",
    message: "is required with the issuer microsoft: the directory (tenant) id of the registered application",
  },
];

const oauth2 = z.pipe(
  givenOAuth2,
  z.transform((input, context): OAuth2Login => {
    for (const { path, message } of MISFITS.filter(({ when }) => when(input))) {
      context.issues.push({ code: "custom", message, input: undefined, path: [path] });
    }
    return input;
  }),
);

/** How to log in to an SMTP server. */
export const smtpAuth: z.ZodMiniType<SmtpAuth> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("none") }),
  z.strictObject({ type: z.literal("password"), username: line(256) }),
  oauth2,
]);
