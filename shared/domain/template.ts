import type { EmailAddress } from "./address.ts";
import type { Brand } from "./brand.ts";
import type { PipelineEvent } from "./event.ts";
import type { RenderedMail } from "./rendered-mail.ts";
import type { Scope } from "./scope.ts";

/** What an administrator writes of a template, in Liquid. */
export interface TemplateContent {
  readonly subject: string;
  readonly html: string;
  /** Absent: made from the HTML. */
  readonly text?: string | undefined;
  /** Language of the mail as a BCP 47 tag: how it words dates and numbers. */
  readonly locale?: string | undefined;
}

/** A template as the config table holds it: its content lies apart, under a name that never gets other content. */
export interface TemplateDocument {
  readonly id: string;
  readonly scope: Scope;
  /** SHA-256 of the content, in hexadecimal: names one version for ever. */
  readonly contentId: string;
}

/** One version of a template. */
export interface TemplateRef {
  readonly scope: Scope;
  readonly id: string;
  /** As the API counts versions. */
  readonly version: number;
  readonly contentId: string;
}

/** Why a template cannot be used, and where. `line` and `column` count from 1 and are absent when it is no one place. */
export interface TemplateProblem {
  readonly field: "subject" | "html" | "text";
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** A sentence for administrators without capital and period, free of event data. */
  readonly message: string;
}

/** What a template speaks of. */
export interface TemplateView {
  /** Absent for a message that was asked for directly. */
  readonly event?: PipelineEvent | undefined;
  /** What the publisher gave along with a message; that of an event is in the event. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  /** Subject of the mail when the template makes none: that of the built-in mail. */
  readonly subject: string;
  readonly brand: Brand | undefined;
  readonly recipient: EmailAddress;
  /** By which the recipient unsubscribes; absent from direct messages. */
  readonly unsubscribeUrl?: string | undefined;
}

/** A mail made from a template, or why there is none. */
export type TemplateRendering =
  | { readonly ok: true; readonly mail: RenderedMail }
  | { readonly ok: false; readonly problem: TemplateProblem };

/** Foreign HTML made safe to send, with the same words as text; or why it cannot be. */
export type CleanHtml =
  | { readonly ok: true; readonly html: string; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** Makes mails from templates and from foreign HTML. Never throws for what is in them, and never takes long. */
export interface TemplateEngine {
  /** Why a template must not be saved; undefined when it is good. Renders it for an example, too. */
  check(content: TemplateContent): Promise<TemplateProblem | undefined>;
  render(content: TemplateContent, view: TemplateView): Promise<TemplateRendering>;
  /** @param subject title of the document, when the HTML is only a part of one. */
  clean(html: string, subject: string): Promise<CleanHtml>;
}
