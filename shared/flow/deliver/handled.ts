import type { MetricName, ProductMeasurement } from "../../contracts/metrics.ts";
import { type Attempt, timeOf } from "../../domain/delivery.ts";
import type { Claim } from "../ports.ts";
import type { DeliveryEnd } from "./announce-ends.ts";

/** What became of a message of the outbox. */
export type Handled =
  /** Its mail was claimed and stands anew. `kept`: the claim still held when that was stored. */
  | { readonly kind: "settled"; readonly end: DeliveryEnd; readonly kept: boolean }
  /** Its mail was put off without a claim, since no server may be asked now. */
  | { readonly kind: "parked" }
  /** It has nothing left to do. */
  | { readonly kind: "finished" }
  /** Another sender holds its mail. */
  | { readonly kind: "busy" }
  /** Nobody can act on it; it ends in the dead-letter queue for a developer. */
  | { readonly kind: "unreadable" }
  /** Something of ours failed. */
  | { readonly kind: "failed" };

/** Whether a message has done its work; otherwise it is to be delivered again. */
export const isDone = ({ kind }: Handled): boolean => kind === "settled" || kind === "parked" || kind === "finished";

/**
 * How the mail stands, for those who are told. Of a claim that was lost, whoever has it tells; but an acceptance stands,
 * however late.
 */
export const endOf = (handled: Handled): DeliveryEnd | undefined =>
  handled.kind === "settled" && (handled.kept || handled.end.settlement.state === "accepted") ? handled.end : undefined;

/** What is counted of a message; nothing when its mail was dealt with before. */
export const measure = (handled: Handled): readonly ProductMeasurement[] => {
  switch (handled.kind) {
    case "settled": {
      const end = endOf(handled);
      return [...(end ? measureEnd(end) : []), ...(handled.kept ? [] : [count("LeasesLost")])];
    }
    case "parked":
      return [{ ...count("MailsDeferred"), dimensions: { provider: "none" } }];
    case "busy":
      return [count("LeasesBusy")];
    case "failed":
      return [count("OwnFailures")];
    case "finished":
    case "unreadable":
      return [];
  }
};

const count = <const Name extends MetricName>(name: Name) => ({ name, value: 1 });

/** Mails that were cancelled count as nothing: they were about nothing, or somebody has given them up. */
const measureEnd = ({ claim, settlement }: DeliveryEnd): readonly ProductMeasurement[] => {
  const { state, attempts, possibleDuplicate } = settlement;
  const provider = attempts.findLast((attempt) => attempt.provider !== null)?.provider ?? "none";
  switch (state) {
    case "accepted":
      return [
        { ...count("MailsAccepted"), dimensions: { provider } },
        ...attempts.slice(-1).map(
          (attempt): ProductMeasurement => ({
            name: "AcceptanceTime",
            value: acceptanceMs(claim, attempt),
            dimensions: { provider },
          }),
        ),
        ...(possibleDuplicate ? [count("PossibleDuplicates")] : []),
      ];
    case "rejected":
      return [{ ...count("MailsRejected"), dimensions: { provider } }];
    case "deferred":
      return [{ ...count("MailsDeferred"), dimensions: { provider } }];
    case "ambiguous":
      return [count("MailsAmbiguous")];
    case "held":
      return [count("MailsHeld")];
    case "expired":
      return [count("MailsExpired")];
    case "suppressed":
      return [count("MailsSuppressed")];
    default:
      return [];
  }
};

/** A mail that nothing held back on purpose could go out since its event came in, which its id tells. */
const acceptanceMs = ({ delivery, sendableFrom }: Claim, { at, ms }: Attempt): number => {
  const since = sendableFrom === delivery.createdAt ? timeOf(delivery.id).getTime() : Date.parse(sendableFrom);
  return Math.max(0, Date.parse(at) + ms - since);
};
