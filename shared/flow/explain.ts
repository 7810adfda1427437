import type { Brand } from "../domain/brand.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { EventRecord, RecipientVerdict } from "../domain/event-record.ts";
import { SAMPLE_UNSUBSCRIBE_URL } from "../domain/sample-event.ts";
import { SYSTEM, tenantOf } from "../domain/scope.ts";
import type { MadeMail } from "./make-mail/made-mail.ts";
import { type MakeEventMailDeps, makeEventMail } from "./make-mail/make-event-mail.ts";
import { ANSWER, fitRecord } from "./notify/fit-record.ts";
import { watchesOutcome } from "./notify/note-outcomes.ts";
import { decideEvent, type PlannedMail } from "./notify/route-event.ts";
import { plannedOutcome } from "./notify/time-mail.ts";
import type { ConfigSource, OutcomeStore, RoutingConfig } from "./ports.ts";

/** What explaining needs. Nothing here can write or send. */
export interface ExplainDeps extends MakeEventMailDeps {
  readonly routing: ConfigSource<RoutingConfig>;
  readonly outcomes: Pick<OutcomeStore, "peek">;
  readonly now: () => Date;
}

/** What an event would lead to. */
export interface Explanation {
  /** As it would be recorded, but with every rule, and without deliveries: there are none. */
  readonly record: EventRecord;
  /** The mail of the first recipient with the template it is made with; null when nobody would be mailed. */
  readonly preview: (MadeMail & { readonly template: string | null }) | null;
}

/** Most people who are not mailed of whom an explanation tells. */
const MAX_EXPLAINED_OTHERS = 2_000;

/** Says what an event would lead to if it came in now. */
export const explainEvent = async (
  deps: ExplainDeps,
  event: PipelineEvent,
  brand: Brand | undefined,
): Promise<Explanation> => {
  const tenant = tenantOf(event.scope);
  const configs = await deps.routing.load([tenant]);
  const receivedAt = deps.now().toISOString();
  const outcomeBefore = watchesOutcome({ tenant, event }, configs)
    ? await deps.outcomes.peek(tenant, event, receivedAt)
    : undefined;
  const { record, mails } = decideEvent(
    { tenant, event, configs, receivedAt, outcomeBefore },
    { maxMisses: Number.POSITIVE_INFINITY, maxOthers: MAX_EXPLAINED_OTHERS },
  );
  const recipients = record.recipients.map((recipient, index) => foresee(recipient, mails[index]));
  return {
    record: fitRecord({ ...record, recipients }, ANSWER),
    preview: await previewOf(deps, event, brand, mails[0]),
  };
};

/** Recipients come in the order of their mails; those without one come after them. */
const foresee = ({ deliveryId: _, ...recipient }: RecipientVerdict, mail: PlannedMail | undefined): RecipientVerdict =>
  mail === undefined ? recipient : { ...recipient, ...plannedOutcome(mail.timing) };

const previewOf = async (
  deps: ExplainDeps,
  event: PipelineEvent,
  brand: Brand | undefined,
  mail: PlannedMail | undefined,
): Promise<Explanation["preview"]> => {
  if (mail === undefined) return null;
  const { template } = mail.job;
  // Mails of the root carry no link.
  const unsubscribeUrl = tenantOf(event.scope) === SYSTEM ? undefined : SAMPLE_UNSUBSCRIBE_URL;
  const made = await makeEventMail(deps, mail.job, event, { brand, unsubscribeUrl });
  const inDigest =
    mail.timing.kind === "digest" ? "The event goes into a digest; this is what it says by itself." : null;
  return {
    ...made,
    note: [made.note, inDigest].filter((note) => note !== null).join(" ") || null,
    template: template === undefined ? null : `${template.scope}/${template.id}`,
  };
};
