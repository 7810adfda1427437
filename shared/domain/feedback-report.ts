import type { DeliveryId } from "./delivery.ts";
import type { Feedback } from "./feedback.ts";
import type { Scope } from "./scope.ts";
import type { SuppressionCause } from "./suppression.ts";

/** What a provider tells of one mail. */
export interface FeedbackReport {
  readonly deliveryId: DeliveryId;
  /** Where it says that the mail belongs; undefined for mails of before they carried it. */
  readonly scope: Scope | undefined;
  readonly feedback: Feedback;
  /** Why the address is to be mailed no more; null when it is. */
  readonly suppresses: SuppressionCause | null;
}
