import MailComposer from "nodemailer/lib/mail-composer";
import type { Attachment } from "../domain/message.ts";
import type { OutgoingMail } from "../flow/provider-ports.ts";

/**
 * The mail as MIME. Addresses go in as objects and nothing may be fetched from files or URLs, so that no field can
 * become a second recipient or an attachment.
 */
export const buildMime = (mail: OutgoingMail): Promise<Buffer> =>
  new MailComposer({
    from: toAddress(mail.from),
    ...addresseesOf(mail),
    ...(mail.replyTo === null ? {} : { replyTo: toAddress(mail.replyTo) }),
    subject: mail.subject,
    html: withLineEnds(mail.html),
    text: withLineEnds(mail.text),
    messageId: mail.messageId,
    ...(mail.references.length === 0 ? {} : { references: [...mail.references], inReplyTo: mail.references.at(-1) }),
    headers: mailHeaders(mail),
    attachments: (mail.attachments ?? []).map(toPart),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();

/** Header fields only: who gets the mail is said in the envelope, one recipient at a time. */
const addresseesOf = ({ to, addressees = { to: [to], cc: [] } }: OutgoingMail) => ({
  to: addressees.to.map((address) => ({ name: "", address })),
  ...(addressees.cc.length === 0 ? {} : { cc: addressees.cc.map((address) => ({ name: "", address })) }),
});

/** Always a file beside the mail, never part of what it shows. Given as bytes: a path or an address is never followed. */
const toPart = ({ filename, contentType, content }: Attachment) => ({
  filename,
  contentType,
  content: Buffer.from(content, "base64"),
});

/** The text with CR LF for every line end: a bare CR or LF means different things to different servers (RFC 5321 2.3.8). */
const withLineEnds = (text: string): string => text.replaceAll(/\r\n?|\n/g, "\r\n");

/**
 * Headers that a mail carries, whoever sends it: what made it (RFC 3834 section 5), which delivery it is and, where
 * there is a link for it, how to unsubscribe (RFC 2369 section 3.2) with one click (RFC 8058 section 3.1).
 */
export const mailHeaders = ({ deliveryId, unsubscribeUrl }: OutgoingMail): Record<string, string> => ({
  "Auto-Submitted": "auto-generated",
  "X-Tidings-Delivery": deliveryId,
  ...(unsubscribeUrl === undefined
    ? {}
    : { "List-Unsubscribe": `<${unsubscribeUrl}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }),
});

const toAddress = ({ name, address }: OutgoingMail["from"]) => ({ name: name ?? "", address });
