import { defaultSeverity, EVENT_TYPE_FORM, EVENT_TYPES, isStageEvent, type PipelineEvent } from "./event.ts";
import type { Rule } from "./rule.ts";
import type { Scope } from "./scope.ts";
import { matchesWildcard } from "./wildcard.ts";

/** Type of a sample when nothing asks for another one: what most mails are about. */
const USUAL_TYPE = "PipelineFailed";

/** An event that did not happen, with everything that an event can say: to show what a mail looks like. */
export const sampleEventOf = (scope: Scope): PipelineEvent => ({
  id: "sample-512",
  scope,
  type: USUAL_TYPE,
  severity: defaultSeverity(USUAL_TYPE),
  time: "2026-11-20T12:04:10.000Z",
  pipeline: { id: "sample-pipeline", name: "Sample pipeline", url: "https://ci.example.com/sample-pipeline" },
  run: { id: "512", number: 512, url: "https://ci.example.com/sample-pipeline/runs/512" },
  stage: { id: "deploy", name: "Deploy", url: "https://ci.example.com/sample-pipeline/runs/512/deploy" },
  step: { id: "helm-upgrade", name: "Helm upgrade" },
  message: "This is a sample. Nothing has happened.",
  startedAt: "2026-11-20T12:00:00.000Z",
  endedAt: "2026-11-20T12:04:10.000Z",
  triggeredBy: { name: "Ada Lovelace", email: "ada@example.com" },
  branch: "main",
  commit: "3f2a9c1d5e7b8a6f4c2d1e0b9a8f7c6d5e4b3a21",
  data: { environment: "staging", replicas: 3 },
});

/** Stands where the link to unsubscribe would be in mails that are only looked at. It leads nowhere (RFC 2606). */
export const SAMPLE_UNSUBSCRIBE_URL = "https://tidings.example/v1/unsubscribe/sample";

/**
 * A sample for sending: of a type that the rule asks for, or of the usual one, as of now, and started by nobody, since
 * the person in {@link sampleEventOf} is nobody's to mail.
 */
export const sampleToSend = (
  scope: Scope,
  id: string,
  time: Date,
  rule?: Pick<Rule, "events" | "stages">,
): PipelineEvent => {
  const type = sampleType(rule?.events[0] ?? USUAL_TYPE);
  const { startedAt: _, endedAt: __, triggeredBy: ___, stage, ...sample } = sampleEventOf(scope);
  const asked = rule === undefined || rule.stages === "all" ? undefined : rule.stages[0];
  return {
    ...sample,
    id,
    type,
    severity: defaultSeverity(type),
    time: time.toISOString(),
    stage: asked !== undefined && isStageEvent({ type }) ? { id: asked } : stage,
  };
};

/** An event type that fits what a rule asks for: one that Tidings knows, or one made up around the wildcards. */
const sampleType = (pattern: string): string => {
  const known = [USUAL_TYPE, ...Object.keys(EVENT_TYPES)].find((type) => matchesWildcard(pattern, type));
  if (known !== undefined) return known;
  const made = pattern.replaceAll("*", "Sample");
  return EVENT_TYPE_FORM.test(made) ? made : USUAL_TYPE;
};
