import type { EmailAddress } from "./address.ts";
import type { Scope } from "./scope.ts";

/** Direct messages that need no template of the tenant's own. */
export const BUILT_IN_MESSAGES = ["invitation", "confirmation", "password-reset", "report"] as const;

/** One of {@link BUILT_IN_MESSAGES}. */
export type BuiltInMessage = (typeof BUILT_IN_MESSAGES)[number];

/** Whether a template's name is one of {@link BUILT_IN_MESSAGES}. */
export const isBuiltInMessage = (name: string): name is BuiltInMessage =>
  BUILT_IN_MESSAGES.some((known) => known === name);

/** What a message is called where events have their type. */
export const MESSAGE_TYPE = "EmailRequested";

/** A file that goes with a message. */
export interface Attachment {
  /** One safe line without any folder. */
  readonly filename: string;
  /** Such as `application/pdf`. */
  readonly contentType: string;
  /** In base64 (RFC 4648 section 4). */
  readonly content: string;
}

/**
 * An e-mail asked for directly, parsed and authorised: no rule decides who gets it. It has either a `template` with its
 * `data`, or a `subject` with `text`, `html` or both.
 */
export interface Message {
  /** The publisher's idempotency key, or the bus's own event id when it gave none. */
  readonly id: string;
  readonly scope: Scope;
  /** When the bus says it was asked for, ISO-8601. */
  readonly time: string;
  /** One of {@link BUILT_IN_MESSAGES}, or the id of a template of the scope or above it. */
  readonly template?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  /** Together with `cc` everybody who gets it, each named once. */
  readonly to: readonly EmailAddress[];
  readonly cc: readonly EmailAddress[];
  readonly replyTo?: EmailAddress | undefined;
  readonly attachments: readonly Attachment[];
}
