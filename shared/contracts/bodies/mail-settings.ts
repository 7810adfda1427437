import * as z from "zod/mini";
import { AMBIGUOUS_POLICIES, type Mailbox, type MailSettings } from "../../domain/mail-settings.ts";
import { address, name } from "./fields.ts";
import { smtpProvider } from "./smtp-provider.ts";

/** Mail settings without their place. */
export type MailSettingsDraft = Omit<MailSettings, "scope">;

/** The path of the v3 send call, and nothing that could lead to another host. */
const API_PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;

const sendGridProvider = z.strictObject({
  kind: z.literal("sendgrid"),
  region: z._default(z.enum(["global", "eu"]), "global"),
  url: z._default(
    z
      .string()
      .check(z.maxLength(200), z.regex(API_PATH, 'must be a path such as "/v3/mail/send", without host or query')),
    "/v3/mail/send",
  ),
});

/** Forms send an empty name for "none". */
const optionalName = z.optional(z.union([z.literal(""), name]));

const mailboxOf = (given: { name?: string | undefined; address: Mailbox["address"] }): Mailbox =>
  given.name === undefined || given.name === ""
    ? { address: given.address }
    : { name: given.name, address: given.address };

const mailbox = z.pipe(z.strictObject({ name: optionalName, address }), z.transform(mailboxOf));

const noMailbox = z.pipe(
  z.strictObject({ name: z.optional(z.literal("")), address: z.literal("") }),
  z.transform(() => null),
);

/** Sender, provider and limits of a scope. */
export const mailSettingsBody: z.ZodMiniType<MailSettingsDraft> = z.strictObject({
  name: z._default(name, "Mail"),
  mode: z._default(z.enum(["own", "inherit"]), "own"),
  from: mailbox,
  replyTo: z._default(z.nullable(z.union([mailbox, noMailbox])), null),
  provider: z.discriminatedUnion("kind", [smtpProvider, sendGridProvider]),
  onAmbiguous: z._default(z.enum(AMBIGUOUS_POLICIES), "retry"),
});
