import { createHash } from "node:crypto";
import type { PipelineEvent } from "./event.ts";
import { quietUntil } from "./quiet-hours.ts";
import type { DigestSettings, QuietHours, Rule } from "./rule.ts";
import { type Scope, SYSTEM, tenantOf } from "./scope.ts";

/** ISO 8601 durations of hours and minutes, and nothing else. */
const WINDOW_FORM = /^PT(?=\d)(?:(\d{1,2})H)?(?:(\d{1,4})M)?$/;

/** Minutes a window may last. */
const MAX_WINDOW_MINUTES = 24 * 60;

/** Length of a digest's window in minutes, from `PT15M` or `PT1H30M`; undefined when it is none of 1 minute to 24 hours. */
export const parseWindow = (text: string): number | undefined => {
  const [matched, hours = "0", minutes = "0"] = WINDOW_FORM.exec(text) ?? [];
  const length = Number(hours) * 60 + Number(minutes);
  return matched !== undefined && length >= 1 && length <= MAX_WINDOW_MINUTES ? length : undefined;
};

const ID_PREFIX = "digest-";

/** Whether a mail is a digest, by what it is about. Publishers may give events such ids; no digest has events then. */
export const isDigestId = (eventId: string): boolean => eventId.startsWith(ID_PREFIX);

/** A digest that an event belongs to, whoever gets it. Two events with equal `id` share it. */
export interface Digest {
  readonly id: string;
  /** Whose mail settings and brand it is sent with. */
  readonly scope: Scope;
  /** Whose events it holds, when it is about one pipeline. */
  readonly pipelineId?: string | undefined;
  /** The rule that asked for it, as jobs name rules. */
  readonly ruleId: string;
  /** When it is closed and sent, ISO-8601. */
  readonly dueAt: string;
  /** The digest that events go to which come after this one was closed. */
  readonly next: () => Digest;
}

/** A rule that wants digests. */
export type DigestRule = Rule & { readonly digest: DigestSettings };

/**
 * The digest of an event by a rule: that of the window which `at` lies in. Windows are multiples of their length since
 * 1970, so that every run finds the same ones. Those that end in quiet hours share one digest at the end of these.
 * @param quietHours those that hold this event, if any.
 * @param at when the event was first received, ISO-8601.
 */
export const digestOf = (
  rule: DigestRule,
  event: PipelineEvent,
  quietHours: QuietHours | undefined,
  at: string,
): Digest => {
  const pipeline = rule.digest.by === "pipeline" ? event.pipeline : undefined;
  const home = rule.scope === SYSTEM ? tenantOf(event.scope) : rule.scope;
  const dueAt = dueAfter(rule, quietHours, at);
  const shared = [rule.scope, rule.id, pipeline === undefined ? null : [event.scope, pipeline.id], dueAt];
  return {
    id: `${ID_PREFIX}${createHash("sha256").update(JSON.stringify(shared)).digest("hex").slice(0, 32)}`,
    scope: pipeline === undefined ? home : event.scope,
    pipelineId: pipeline?.id,
    ruleId: `${rule.scope}/${rule.id}`,
    dueAt,
    next: () => digestOf(rule, event, quietHours, dueAt),
  };
};

const dueAfter = (rule: DigestRule, quietHours: QuietHours | undefined, at: string): string => {
  // Checked when the rule was saved; a rule that cannot be read still gets its mails.
  const windowMs = (parseWindow(rule.digest.window) ?? 1) * 60_000;
  const end = new Date((Math.floor(Date.parse(at) / windowMs) + 1) * windowMs);
  return ((quietHours && quietUntil(quietHours, end)) ?? end).toISOString();
};
