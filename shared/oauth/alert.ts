import { createHash } from "node:crypto";
import { PUBLISHED } from "../contracts/bus.ts";
import { noticeJob } from "../contracts/deliver-job.ts";
import { OWN_NOTICES, type PipelineEvent } from "../domain/event.ts";
import { type OAuthState, WARNING_DAYS } from "../domain/oauth-state.ts";
import { parentOf } from "../domain/scope.ts";
import { type Mailbox, needsConsent } from "./mailbox.ts";
import type { OAuthDeps } from "./ports.ts";

const DAY_MS = 86_400_000;

/** Stands in the list of warnings for the word that consent is over. */
const OVER = 0;

/** What alerting needs. */
export type AlertDeps = Pick<OAuthDeps, "states" | "outbox" | "publisher" | "log" | "now">;

/**
 * Tells people, once each, that consent ends soon or is over: on the bus, and by a mail through the settings of the
 * scope above, since the mailbox itself may not send any more. What could not be told is logged, stays unnoted and is
 * told by a later run; such a repeat is the same delivery, so that nobody gets two mails. That a mailbox stopped
 * working is told once a day at most, however often it is connected or its secret is given in that time.
 */
export const alertIfDue = async (deps: AlertDeps, mailbox: Mailbox, state: OAuthState): Promise<void> => {
  const days = dueWarning(state, deps.now());
  if (days === undefined || state.expiresAt === null) return;
  if (days === OVER && !(await deps.states.takeAlert(mailbox.scope, deps.now()))) return;
  const event = toEvent(mailbox, state, days, Date.parse(state.expiresAt));
  try {
    await deps.publisher.publish(PUBLISHED.credentialsExpiring, toDetail(mailbox, state, days, event));
    await enqueueMail(deps, mailbox, event);
  } catch (error) {
    deps.log.error("oauth.not-alerted", { scope: mailbox.scope, days }, error);
    if (days === OVER) await deps.states.giveBackAlert(mailbox.scope);
    return;
  }
  const warned = [...WARNING_DAYS, OVER].filter((one) => one >= days);
  await deps.states.noteWarned(mailbox.scope, state, warned);
  deps.log.warn("oauth.alerted", { scope: mailbox.scope, days });
};

/** The warning that should be out by now and is not: the latest one, however many passed unseen. */
const dueWarning = ({ status, expiresAt, warnedDays }: OAuthState, now: Date): number | undefined => {
  if (expiresAt === null) return undefined;
  const daysLeft = (Date.parse(expiresAt) - now.getTime()) / DAY_MS;
  const over = status === "reconnect-needed" || daysLeft <= 0;
  const days = over ? OVER : WARNING_DAYS.findLast((one) => daysLeft <= one);
  return days === undefined || warnedDays.includes(days) ? undefined : days;
};

/** The warnings that went out and still hold once consent ends at another time. */
export const warningsKept = (warnedDays: readonly number[], expiresAt: string | null, now: Date): number[] => {
  if (expiresAt === null) return [];
  const daysLeft = (Date.parse(expiresAt) - now.getTime()) / DAY_MS;
  return warnedDays.filter((days) => daysLeft <= days);
};

/** The event of an incident: the same id and time however often it is told. */
const toEvent = (mailbox: Mailbox, state: OAuthState, days: number, endMs: number): PipelineEvent => {
  const { scope } = mailbox;
  const incident = JSON.stringify(["oauth", scope, state.connectedAt, state.expiresAt, days]);
  return {
    id: `oauth-${createHash("sha256").update(incident).digest("hex").slice(0, 32)}`,
    scope,
    type: days === OVER ? OWN_NOTICES.reconnect : OWN_NOTICES.expiring,
    severity: days === OVER ? "error" : "warning",
    time: new Date(endMs - days * DAY_MS).toISOString(),
    message: toMessage(mailbox, state, days),
  };
};

const toMessage = (mailbox: Mailbox, { expiresAt }: OAuthState, days: number): string => {
  const { scope, login } = mailbox;
  const issuer = login.issuer === "google" ? "Google" : "Microsoft";
  const day = expiresAt?.slice(0, 10);
  if (days === OVER) {
    return `${issuer} does not let Tidings send as the mailbox of "${scope}" any more. Mails of this scope wait. ${adviceOn(mailbox)}`;
  }
  const left = days === 1 ? "in a day or less" : `in ${days} days or less`;
  return `The consent of ${issuer} to send as the mailbox of "${scope}" ends ${left}, on ${day}. ${adviceOn(mailbox)}`;
};

/** What an administrator can do so that the mailbox works again. */
export const adviceOn = (mailbox: Pick<Mailbox, "scope" | "login">): string =>
  needsConsent(mailbox)
    ? `An administrator must consent again: POST /v1/scopes/${mailbox.scope}/mail-settings/oauth/authorize and open the page it answers.`
    : `An administrator must check the application's rights and PUT its secret again to /v1/scopes/${mailbox.scope}/mail-settings/credentials.`;

const toDetail = (
  { scope, login }: Mailbox,
  { status, expiresAt }: OAuthState,
  days: number,
  event: PipelineEvent,
) => ({
  id: event.id,
  scope,
  issuer: login.issuer,
  grant: login.grant,
  status: days === OVER ? "reconnect-needed" : status,
  daysLeft: days,
  expiresAt,
  message: event.message,
});

/** Nobody is above `system`: its operators see the bus and the log. */
const enqueueMail = async ({ outbox }: AlertDeps, { scope, settings }: Mailbox, event: PipelineEvent) => {
  const above = parentOf(scope);
  if (above === undefined) return;
  const unsent = await outbox.send([noticeJob(above, settings.replyTo?.address ?? settings.from.address, event)]);
  if (unsent.length > 0) throw new Error(`cannot enqueue the alert for ${scope}`);
};
