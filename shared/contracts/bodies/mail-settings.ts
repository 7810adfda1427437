import * as z from "zod/mini";
import { AMBIGUOUS_POLICIES, type Mailbox, type MailSettings } from "../../domain/mail-settings.ts";
import { address, name } from "./fields.ts";
import { fallback, provider, refuseSharedSecrets } from "./provider.ts";

/** Mail settings without their place. */
export type MailSettingsDraft = Omit<MailSettings, "scope">;

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

const ignored = z.optional(z.unknown()).check(z.meta({ readOnly: true }));

/** Not a place to give secrets: only the state that an answer shows of each may come back here. */
const credentialStates = z
  .optional(
    z.record(
      z.string(),
      z.looseObject({ set: z.boolean() }, "is no place for a secret: PUT it to mail-settings/credentials"),
    ),
  )
  .check(z.meta({ readOnly: true }));

/** What answers add to mail settings. Sent back, it is ignored: what was read can be changed and put again. */
const readOnlyFields = {
  scope: ignored,
  version: ignored,
  updatedAt: ignored,
  updatedBy: ignored,
  protocol: ignored,
  credentials: credentialStates,
  credentialState: ignored,
  credentialHint: ignored,
  oauth: ignored,
  lastTest: ignored,
  inheritedFrom: ignored,
  reason: ignored,
  origins: ignored,
};

/** Sender, provider and limits of a scope. */
export const mailSettingsBody: z.ZodMiniType<MailSettingsDraft> = z.pipe(
  z
    .strictObject({
      name: z._default(name, "Mail"),
      mode: z._default(z.enum(["own", "inherit"]), "own"),
      from: mailbox,
      replyTo: z._default(z.nullable(z.union([mailbox, noMailbox])), null),
      provider,
      fallback,
      onAmbiguous: z._default(z.enum(AMBIGUOUS_POLICIES), "retry"),
      ...readOnlyFields,
    })
    .check(z.superRefine(refuseSharedSecrets)),
  z.transform(
    ({ name, mode, from, replyTo, provider, fallback, onAmbiguous }): MailSettingsDraft => ({
      name,
      mode,
      from,
      replyTo,
      provider,
      fallback,
      onAmbiguous,
    }),
  ),
);
