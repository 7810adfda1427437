import type { DeliverJob } from "../contracts/deliver-job.ts";
import type { Brand } from "../domain/brand.ts";
import type { PipelineEvent } from "../domain/event.ts";
import { tenantOf } from "../domain/scope.ts";
import type { TemplateEngine } from "../domain/template.ts";
import type { Made } from "./make-mail/made-mail.ts";
import { type MakeDigestDeps, makeDigest } from "./make-mail/make-digest.ts";
import { type MakeEventMailDeps, makeEventMail } from "./make-mail/make-event-mail.ts";
import { type MakeMessageDeps, makeMessage } from "./make-mail/make-message.ts";
import { markTest } from "./make-mail/mark-test.ts";
import { type UnsubscribeLinkDeps, unsubscribeLinkFor } from "./make-mail/unsubscribe-link.ts";
import type { EventStore } from "./ports.ts";

/** What making a mail needs. */
export interface MakeMailDeps extends MakeEventMailDeps, MakeDigestDeps, MakeMessageDeps, UnsubscribeLinkDeps {
  readonly events: Pick<EventStore, "read" | "readMany" | "readMessage">;
  readonly templates: Pick<TemplateEngine, "render" | "clean">;
}

/**
 * Makes the mail of a job. Nothing has left yet, so whatever goes wrong here can be tried again safely.
 * @throws Error when what the mail is about is not stored.
 */
export const makeMail = async (deps: MakeMailDeps, job: DeliverJob, brand: Brand | undefined): Promise<Made> => {
  if (job.kind === "digest") return makeDigest(deps, job, brand);
  if (job.kind === "message") return makeMessage(deps, job, brand);
  const [event, unsubscribeUrl] = await Promise.all([readEvent(deps, job), unsubscribeLinkFor(deps, job)]);
  const made = await makeEventMail(deps, job, event, { brand, unsubscribeUrl });
  return { kind: "mail", ...made, rendered: job.isTest === true ? markTest(made.rendered) : made.rendered };
};

const readEvent = async ({ events }: MakeMailDeps, job: DeliverJob): Promise<PipelineEvent> => {
  const event = job.event ?? (await events.read(tenantOf(job.scope), job.eventId));
  if (event === undefined) throw new Error(`cannot deliver ${job.deliveryId}: its event is not stored`);
  return event;
};
