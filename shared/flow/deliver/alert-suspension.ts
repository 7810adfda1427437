import { createHash } from "node:crypto";
import { PUBLISHED } from "../../contracts/bus.ts";
import { noticeJob } from "../../contracts/deliver-job.ts";
import { type Breaker, isUntold, withTold } from "../../domain/breaker.ts";
import { OWN_NOTICES, type PipelineEvent } from "../../domain/event.ts";
import type { Log } from "../../domain/log.ts";
import type { MailSettings } from "../../domain/mail-settings.ts";
import { parentOf } from "../../domain/scope.ts";
import type { Transport } from "../../domain/transport.ts";
import type { Outbox } from "../ports.ts";
import type { Announcer, Breakers } from "../waiting-ports.ts";

/** What telling people needs. */
export interface AlertDeps {
  readonly breakers: Breakers;
  readonly outbox: Outbox;
  readonly announcer: Announcer;
  readonly log: Log;
  readonly now: () => Date;
}

/** Time after which somebody who tells people counts as dead. */
const TELLING_MS = 60_000;

/**
 * Tells people, once for each incident, that a server refused the login: on the bus, and by a mail through the settings
 * of the scope above, since nothing goes out through these. What could not be told is told with a mail that waits, from
 * a minute later on; such a repeat is the same delivery, so that nobody gets two mails. Never throws.
 */
export const alertSuspension = async (
  deps: AlertDeps,
  settings: MailSettings,
  transport: Transport,
  breaker: Breaker,
): Promise<void> => {
  if (breaker.suspension === null || !isUntold(breaker, transport, deps.now())) return;
  const event = toEvent(transport, breaker.suspension.since);
  try {
    if (!(await takeTelling(deps, transport))) return;
    await deps.announcer.publish(PUBLISHED.transportSuspended, toDetail(transport, event));
    await enqueueMail(deps, settings, event);
    const toldAt = deps.now().toISOString();
    await deps.breakers.change(transport, (known) => withTold(known, transport, { toldAt, tellingUntil: null }));
    deps.log.warn("transport.suspended", { scope: transport.scope });
  } catch (error) {
    deps.log.error("transport.not-alerted", { scope: transport.scope }, error);
  }
};

/** Whoever gets this right and dies, or fails, leaves it to the next one a minute later. */
const takeTelling = async ({ breakers, now }: AlertDeps, transport: Transport): Promise<boolean> => {
  const tellingUntil = new Date(now().getTime() + TELLING_MS).toISOString();
  const { changed } = await breakers.change(transport, (known) =>
    isUntold(known, transport, now()) ? withTold(known, transport, { toldAt: null, tellingUntil }) : known,
  );
  return changed;
};

/** The event of an incident: the same id and time however often it is told. */
const toEvent = ({ scope, id, edition, name }: Transport, since: string): PipelineEvent => {
  const incident = JSON.stringify(["suspended", scope, id, edition, since]);
  return {
    id: `suspended-${createHash("sha256").update(incident).digest("hex").slice(0, 32)}`,
    scope,
    type: OWN_NOTICES.suspended,
    severity: "error",
    time: since,
    message: `${name} refused the login of "${scope}". Mails of this scope wait and nothing is sent there until an administrator gives working credentials: PUT /v1/scopes/${scope}/mail-settings/credentials.`,
  };
};

const toDetail = ({ scope, name }: Transport, { id, time, message }: PipelineEvent) => ({
  id,
  scope,
  server: name,
  since: time,
  message,
});

/** Nobody is above `system`: its operators see the bus and the log. */
const enqueueMail = async ({ outbox }: AlertDeps, { scope, from, replyTo }: MailSettings, event: PipelineEvent) => {
  const above = parentOf(scope);
  if (above === undefined) return;
  const unsent = await outbox.send([noticeJob(above, replyTo?.address ?? from.address, event)]);
  if (unsent.length > 0) throw new Error(`cannot enqueue the alert for ${scope}`);
};
