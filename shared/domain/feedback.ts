/**
 * What a provider tells of a mail after it has taken it. `processed`: it has the mail. `deferred`: the recipient's
 * server puts it off, and the provider goes on trying. `delivered`: that server has it. `bounced`: it was refused there.
 * `dropped`: the provider will not even try. `complained`: the recipient marked it as spam. `unsubscribed`: they want no
 * more of its kind.
 */
export const FEEDBACK_KINDS = [
  "processed",
  "deferred",
  "delivered",
  "bounced",
  "dropped",
  "complained",
  "unsubscribed",
] as const;
export type FeedbackKind = (typeof FEEDBACK_KINDS)[number];

/** One thing that a provider told of a delivery, as it is kept with it. */
export interface Feedback {
  /** The provider's own id: the same however often it tells. */
  readonly id: string;
  readonly kind: FeedbackKind;
  /** When it happened there, ISO-8601. */
  readonly at: string;
  /** RFC 3463 status such as `5.1.1`, where there is one. */
  readonly enhancedCode: string | null;
  /** The words of the recipient's server or of the provider, shortened. */
  readonly text: string | null;
}
