import MailComposer from "nodemailer/lib/mail-composer";
import type { OutgoingMail } from "../flow/ports.ts";

/**
 * The mail as MIME. Addresses go in as objects and nothing may be fetched from files or URLs, so that no field can
 * become a second recipient or an attachment.
 */
export const buildMime = (mail: OutgoingMail): Promise<Buffer> =>
  new MailComposer({
    from: toAddress(mail.from),
    to: { name: "", address: mail.to },
    ...(mail.replyTo === null ? {} : { replyTo: toAddress(mail.replyTo) }),
    subject: mail.subject,
    html: withLineEnds(mail.html),
    text: withLineEnds(mail.text),
    messageId: mail.messageId,
    ...(mail.references.length === 0 ? {} : { references: [...mail.references], inReplyTo: mail.references.at(-1) }),
    headers: mailHeaders(mail),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();

/** The text with CR LF for every line end: a bare CR or LF means different things to different servers (RFC 5321 2.3.8). */
const withLineEnds = (text: string): string => text.replaceAll(/\r\n?|\n/g, "\r\n");

/** Headers that every mail carries, whoever sends it: what made it (RFC 3834 section 5), and which delivery it is. */
export const mailHeaders = (mail: OutgoingMail): Record<string, string> => ({
  "Auto-Submitted": "auto-generated",
  "X-Tidings-Delivery": mail.deliveryId,
});

const toAddress = ({ name, address }: OutgoingMail["from"]) => ({ name: name ?? "", address });
