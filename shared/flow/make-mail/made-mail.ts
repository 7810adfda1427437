import type { Brand } from "../../domain/brand.ts";
import type { DigestContent } from "../../domain/digest-content.ts";
import type { PipelineEvent } from "../../domain/event.ts";
import type { Message } from "../../domain/message.ts";
import type { RenderedMail } from "../../domain/rendered-mail.ts";

/** Makes the mail of an event when there is no template for it, with a link to unsubscribe if given. Cannot fail. */
export type RenderBuiltIn = (
  event: PipelineEvent,
  brand: Brand | undefined,
  unsubscribeUrl: string | undefined,
) => Promise<RenderedMail>;

/** Makes the mail that tells about many events, with a link to unsubscribe if given. Cannot fail. */
export type RenderDigest = (
  digest: DigestContent,
  brand: Brand | undefined,
  unsubscribeUrl: string | undefined,
) => Promise<RenderedMail>;

/** Makes the mail of a message with a template, when there is none of the tenant's own for it. Cannot fail. */
export type RenderMessage = (message: Message, brand: Brand | undefined) => Promise<RenderedMail>;

/** Makes a mail that says just a text. Cannot fail. */
export type RenderText = (
  words: Pick<RenderedMail, "subject" | "text">,
  brand: Brand | undefined,
) => Promise<RenderedMail>;

/** What a mail says, and what else is known of it before it has an envelope. */
export interface MadeMail {
  readonly rendered: RenderedMail;
  /** The event whose run the mail belongs to: mails of one run form one thread. */
  readonly about: PipelineEvent | undefined;
  /** By which its recipient unsubscribes, when it is a mail to unsubscribe from. */
  readonly unsubscribeUrl?: string | undefined;
  /** The message with its headers and files, when the mail was asked for directly. */
  readonly message?: Message | undefined;
  /** What an administrator should know about how it was made, such as a template that failed. */
  readonly note: string | null;
}

/** The mail of a job; or why there is nothing (left) to send, which ends the delivery as `cancelled`. */
export type Made = ({ readonly kind: "mail" } & MadeMail) | { readonly kind: "nothing"; readonly reason: string };
