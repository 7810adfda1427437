import * as z from "zod/mini";
import type { InputIssue } from "../domain/app-error.ts";
import { defaultSeverity, EVENT_TYPE_FORM, type PipelineEvent } from "../domain/event.ts";
import { MESSAGE_TYPE } from "../domain/message.ts";
import { explainScope, parseScope, type Scope } from "../domain/scope.ts";
import { SEVERITIES } from "../domain/severity.ts";
import { type BusEvent, EMAIL_REQUESTED } from "./bus.ts";
import { EVENT_ID_FORM, EVENT_ID_RULE, explainDetail, isRecord, withoutNulls } from "./bus-detail.ts";
import { explainIssues } from "./explain-issues.ts";

/** A half of a surrogate pair, which JSON can hold, is replaced: neither a table nor a mail can. */
const wellFormed = z.overwrite((value: string) => value.toWellFormed());

const text = (most: number) => z.string().check(z.maxLength(most), wellFormed);

/** Most characters of the id of a pipeline, run, stage or step. */
export const MAX_ID_LENGTH = 256;

/** Ids come as numbers from many build systems; `"512"` and `512` are one id. */
const id = z.pipe(
  z.union([text(MAX_ID_LENGTH), z.number()]),
  z.transform((value) => String(value)),
);

/** Numbers come as digits from some build systems. */
const runNumber = z.pipe(
  z.union([z.number(), z.string().check(z.regex(/^[0-9]{1,15}$/, "must be digits"))]),
  z.transform((value) => Number(value)),
);

const subject = z.object({ id, name: z.optional(text(512)), url: z.optional(text(4096)) });

const scope = z.string().check(
  z.superRefine((value, context) => {
    const problem = explainScope(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  }),
);

/** What a publisher says in a `detail`. Reading one takes more than this: see {@link parsePipelineEvent}. */
export const detailSchema = z.object({
  id: z.optional(z.string().check(z.regex(EVENT_ID_FORM, EVENT_ID_RULE))),
  scope,
  type: z
    .string()
    .check(z.regex(EVENT_TYPE_FORM, 'must be a name such as "PipelineFailed": a capital, then letters and digits')),
  severity: z.optional(z.enum(SEVERITIES)),
  pipeline: z.optional(subject),
  run: z.optional(z.object({ id, number: z.optional(runNumber), url: z.optional(text(4096)) })),
  stage: z.optional(subject),
  step: z.optional(subject),
  message: z.optional(z.string().check(wellFormed)),
  startedAt: z.optional(text(64)),
  endedAt: z.optional(text(64)),
  triggeredBy: z.optional(z.object({ name: z.optional(text(512)), email: z.optional(text(512)) })),
  branch: z.optional(text(1024)),
  commit: z.optional(text(256)),
  data: z.optional(z.record(z.string(), z.unknown())),
});

/** An event as it travels between our own functions: everything a publisher may leave out is filled in. */
const travellingSchema = z.extend(detailSchema, { id: z.string(), severity: z.enum(SEVERITIES), time: z.string() });

/** Reads back an event that one of our functions wrote; undefined when it is none. */
export const readPipelineEvent = (value: unknown): PipelineEvent | undefined => {
  const parsed = travellingSchema.safeParse(value);
  return parsed.success ? { ...parsed.data, scope: parsed.data.scope as Scope } : undefined;
};

/** A publisher's event, or everything that is wrong with it. */
export type ParsedEvent =
  | { readonly ok: true; readonly event: PipelineEvent }
  | { readonly ok: false; readonly issues: readonly InputIssue[] };

/**
 * Reads the `detail` of a `Pipeline Event`. Unknown fields are passed over and `null` counts as absent, so that
 * publishers can grow; what is there must be right, and every issue names its field.
 */
export const parsePipelineEvent = (busEvent: BusEvent): ParsedEvent => {
  const unreadable = explainDetail(busEvent.detail);
  if (unreadable !== undefined) return { ok: false, issues: [unreadable] };
  const parsed = detailSchema.safeParse(withoutNulls(busEvent.detail));
  if (!parsed.success) return { ok: false, issues: explainIssues(parsed.error.issues) };
  const detail = parsed.data;
  return {
    ok: true,
    event: {
      ...detail,
      id: detail.id ?? busEvent.id,
      scope: detail.scope as Scope,
      severity: detail.severity ?? defaultSeverity(detail.type),
      time: busEvent.time,
    },
  };
};

/** What can be told of an event that could not be read: enough to record the refusal where people look for it. */
export const identifyEvent = (busEvent: BusEvent): { id: string; scope: Scope | undefined; type: string | null } => {
  const detail = isRecord(busEvent.detail) ? busEvent.detail : {};
  return {
    id: typeof detail.id === "string" && EVENT_ID_FORM.test(detail.id) ? detail.id : busEvent.id,
    scope: typeof detail.scope === "string" ? parseScope(detail.scope) : undefined,
    type: busEvent.detailType === EMAIL_REQUESTED ? MESSAGE_TYPE : typeOf(detail.type),
  };
};

const typeOf = (type: unknown): string | null => (typeof type === "string" && EVENT_TYPE_FORM.test(type) ? type : null);
