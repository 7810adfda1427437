import { createHash } from "node:crypto";
import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { DeliveryId } from "../../domain/delivery.ts";
import type { PipelineEvent } from "../../domain/event.ts";
import type { MailSettings } from "../../domain/mail-settings.ts";
import { tenantOf } from "../../domain/scope.ts";
import type { MadeMail } from "../make-mail/made-mail.ts";
import type { OutgoingMail } from "../provider-ports.ts";

/** Domain of Message-IDs made before there were settings to take one from; `.invalid` never resolves (RFC 2606). */
const NO_DOMAIN = "tidings.invalid";

/** The Message-ID of a delivery: the same for all its tries (RFC 5322 section 3.6.4). */
export const messageIdOf = (id: DeliveryId, settings: MailSettings | undefined): string =>
  `<${id}@${domainOf(settings)}>`;

/** The Message-ID all mails of one run refer to, so that mail programs show them as one thread. */
export const threadIdOf = (event: PipelineEvent, settings: MailSettings): string | undefined => {
  if (event.run === undefined) return undefined;
  const identity = JSON.stringify([tenantOf(event.scope), event.scope, event.pipeline?.id ?? "", event.run.id]);
  return `<run-${createHash("sha256").update(identity).digest("hex").slice(0, 32)}@${domainOf(settings)}>`;
};

/** Puts a rendered mail into its envelope and headers. */
export const compose = (
  job: DeliverJob,
  { rendered, about, message, unsubscribeUrl }: MadeMail,
  settings: MailSettings,
  messageId: string,
): OutgoingMail => ({
  from: settings.from,
  replyTo: message?.replyTo === undefined ? settings.replyTo : { address: message.replyTo },
  to: job.recipient,
  subject: rendered.subject,
  html: rendered.html,
  text: rendered.text,
  messageId,
  references: about === undefined ? [] : [threadIdOf(about, settings)].filter((id) => id !== undefined),
  deliveryId: job.deliveryId,
  scope: job.scope,
  unsubscribeUrl,
  ...(message === undefined
    ? {}
    : { addressees: { to: message.to, cc: message.cc }, attachments: message.attachments }),
});

const domainOf = (settings: MailSettings | undefined): string => settings?.from.address.split("@")[1] ?? NO_DOMAIN;
