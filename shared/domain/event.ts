import type { Scope } from "./scope.ts";
import type { Severity } from "./severity.ts";

/** The event types Tidings knows by name, with the severity each has unless the event says otherwise. */
export const EVENT_TYPES = {
  PipelineStart: "info",
  PipelineSuccess: "success",
  PipelineFailed: "error",
  PipelinePaused: "warning",
  PipelineResumed: "info",
  PipelineAborted: "warning",
  PipelineEnd: "info",
  StageStart: "info",
  StageSuccess: "success",
  StageFailed: "error",
  StepFailed: "error",
  TriggerFailed: "error",
  ApprovalRequested: "warning",
  ApprovalRejected: "error",
} as const satisfies Record<string, Severity>;

/** A type with a name of its own in {@link EVENT_TYPES}. */
export type KnownEventType = keyof typeof EVENT_TYPES;

/** The form of any event type, known or the publisher's own. */
export const EVENT_TYPE_FORM = /^[A-Z][A-Za-z0-9]{1,63}$/;

/** Severity of an event that does not state one; types we do not know are `info`. */
export const defaultSeverity = (type: string): Severity =>
  Object.hasOwn(EVENT_TYPES, type) ? EVENT_TYPES[type as KnownEventType] : "info";

/** Events that Tidings itself tells those behind a scope's mail settings about; no rule is involved. */
export const OWN_NOTICES = {
  expiring: "MailCredentialsExpiring",
  reconnect: "MailReconnectNeeded",
  suspended: "MailSuspended",
} as const;

/** Whether the event is about one stage, so that a rule's `stages` applies to it. */
export const isStageEvent = (event: Pick<PipelineEvent, "type">): boolean => event.type.startsWith("Stage");

/** Something with an identity and, perhaps, a name to show and a page to open. */
export interface Subject {
  readonly id: string;
  readonly name?: string | undefined;
  readonly url?: string | undefined;
}

/** One run of a pipeline. `number` is what people call it: "#512". */
export interface Run {
  readonly id: string;
  readonly number?: number | undefined;
  readonly url?: string | undefined;
}

/** Something that happened in a pipeline, parsed and authorised. Instants are ISO-8601 UTC. */
export interface PipelineEvent {
  /** The publisher's idempotency key, or the bus's own event id when it gave none. */
  readonly id: string;
  readonly scope: Scope;
  readonly type: string;
  readonly severity: Severity;
  /** When the bus says it happened. */
  readonly time: string;
  readonly pipeline?: Subject | undefined;
  readonly run?: Run | undefined;
  readonly stage?: Subject | undefined;
  readonly step?: Subject | undefined;
  readonly message?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
  readonly triggeredBy?: { readonly name?: string | undefined; readonly email?: string | undefined } | undefined;
  readonly branch?: string | undefined;
  readonly commit?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}
