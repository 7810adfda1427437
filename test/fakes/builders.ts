import { PIPELINE_EVENT } from "../../shared/contracts/bus.ts";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import { type EmailAddress, parseAddress } from "../../shared/domain/address.ts";
import { deliveryIdOf } from "../../shared/domain/delivery.ts";
import type { PipelineEvent } from "../../shared/domain/event.ts";
import type { EventRecord } from "../../shared/domain/event-record.ts";
import type { Group } from "../../shared/domain/group.ts";
import type { MailSettings, SecretNotes, SmtpSettings, StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import type { Failed } from "../../shared/domain/outcome.ts";
import type { Rule } from "../../shared/domain/rule.ts";
import { parseScope, type Scope, type Tenant, tenantOf } from "../../shared/domain/scope.ts";

/** The moment at which tests take place, unless they say otherwise. */
export const NOW = new Date("2026-11-20T12:00:00.000Z");

/** A moment after {@link NOW}. */
export const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

/** @throws Error when the text is no scope. */
export const scopeOf = (text: string): Scope => {
  const scope = parseScope(text);
  if (scope === undefined) throw new Error(`no scope: ${text}`);
  return scope;
};

/** @throws Error when the text is no scope. */
export const tenantNamed = (text: string): Tenant => tenantOf(scopeOf(text));

/** @throws Error when the text is no address. */
export const addressOf = (text: string): EmailAddress => {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
};

/** A rule of `acme` for every failure, to Ada. */
export const aRule = (different: Partial<Rule> = {}): Rule => ({
  id: "on-failure",
  scope: scopeOf("acme"),
  name: "On failure",
  enabled: true,
  events: ["*Failed"],
  stages: "all",
  recipients: { emails: [addressOf("ada@acme.example")], groups: [] },
  ...different,
});

/** A group of `acme` with nobody in it. */
export const aGroup = (different: Partial<Group> = {}): Group => ({
  id: "oncall",
  scope: scopeOf("acme"),
  name: "On call",
  members: [],
  aliases: [],
  notifyMembers: true,
  ...different,
});

/** A failed pipeline of `acme`. */
export const anEvent = (different: Partial<PipelineEvent> = {}): PipelineEvent => ({
  id: "evt-1",
  scope: scopeOf("acme"),
  type: "PipelineFailed",
  severity: "error",
  time: "2026-11-20T11:59:58Z",
  pipeline: { id: "build-api", name: "Build API" },
  run: { id: "512", number: 512 },
  ...different,
});

/** The job that mails an event to Ada, before its first try. */
export const aJob = (different: Partial<DeliverJob> = {}): DeliverJob => {
  const event = different.event ?? anEvent({ scope: different.scope ?? scopeOf("acme") });
  const recipient = different.recipient ?? addressOf("ada@acme.example");
  return {
    v: 1,
    kind: "event",
    deliveryId: deliveryIdOf(tenantOf(event.scope), different.eventId ?? event.id, recipient, NOW.toISOString()),
    scope: event.scope,
    eventId: event.id,
    recipient,
    ruleIds: ["acme/on-failure"],
    event,
    tries: 0,
    ...different,
  };
};

/** An SMTP server without login, over TLS. */
export const smtpTo = (host: string, different: Partial<SmtpSettings> = {}): SmtpSettings => ({
  kind: "smtp",
  host,
  port: 465,
  security: "implicit",
  minTlsVersion: "1.2",
  caPem: null,
  timeoutMs: 10_000,
  auth: { type: "none" },
  proxy: null,
  maxConnections: 5,
  maxPerMinute: null,
  ...different,
});

/** A scope's own settings: an SMTP server without login, at a host named like the scope. */
export const settingsOf = (
  scope: string,
  different: Partial<MailSettings> = {},
  secrets: SecretNotes = {},
): StoredMailSettings => ({
  settings: {
    scope: scopeOf(scope),
    name: `Mail of ${scope}`,
    mode: "own",
    from: { name: "CI", address: addressOf(`ci@${scope}.example`) },
    replyTo: null,
    provider: smtpTo(`smtp.${scope}.example`),
    fallback: [],
    onAmbiguous: "retry",
    ...different,
  },
  secrets,
});

/** The record of an event that was routed to nobody. */
export const aRecord = (different: Partial<EventRecord> = {}): EventRecord => ({
  id: "evt-1",
  scope: scopeOf("acme"),
  type: "PipelineFailed",
  severity: "error",
  status: "routed",
  reason: "0 of 0 rules matched; 0 recipients.",
  rules: [],
  recipients: [],
  receivedAt: NOW.toISOString(),
  ...different,
});

/** A send that failed for certain before anything was handed over. */
export const aFailure = (different: Partial<Failed> = {}): Failed => ({
  kind: "failed",
  class: "transient",
  reason: "connection-refused",
  phase: "connect",
  code: null,
  enhancedCode: null,
  text: "The server refused the connection.",
  ...different,
});

/** A server that does not know the recipient. */
export const unknownRecipient = (different: Partial<Failed> = {}): Failed =>
  aFailure({
    class: "permanent",
    reason: "recipient-refused",
    phase: "recipient",
    code: 550,
    enhancedCode: "5.1.1",
    text: "550 5.1.1 Unknown user",
    ...different,
  });

/** What EventBridge puts on the events queue for one entry of `acme.ci`. */
export const busEventOf = (
  detail: unknown,
  different: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  version: "0",
  id: "8d0bf8a0-6a7f-4d5c-9a51-5b1c0a000001",
  "detail-type": PIPELINE_EVENT,
  source: "acme.ci",
  account: "123456789012",
  time: "2026-11-20T11:59:58Z",
  region: "eu-central-1",
  resources: [],
  detail,
  ...different,
});
