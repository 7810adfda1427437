import type { KnownEventType, PipelineEvent } from "../domain/event.ts";
import type { Names } from "./names.ts";

/** Which of its things an event is about. */
export type Topic = "pipeline" | "stage" | "step";

/** How a mail speaks of one event type. */
export interface Wording {
  /** The word to scan an inbox by: it begins the subject and heads the mail. */
  readonly status: string;
  readonly topic: Topic;
  /** What happened to the topic: "Build API `failed`". Undefined for a type whose meaning only its publisher knows. */
  readonly predicate?: string;
  /** Whether the stage, for an event of a pipeline, says where it happened and not just what came last. */
  readonly inStage?: boolean;
  /** What the button says, when it asks for more than a look. */
  readonly call?: string;
}

const WORDINGS: Readonly<Record<KnownEventType, Wording>> = {
  PipelineStart: { status: "Started", topic: "pipeline", predicate: "has started" },
  PipelineSuccess: { status: "Succeeded", topic: "pipeline", predicate: "succeeded" },
  PipelineFailed: { status: "Failed", topic: "pipeline", predicate: "failed", inStage: true },
  PipelinePaused: { status: "Paused", topic: "pipeline", predicate: "is paused", inStage: true },
  PipelineResumed: { status: "Resumed", topic: "pipeline", predicate: "is running again", inStage: true },
  PipelineAborted: { status: "Aborted", topic: "pipeline", predicate: "was aborted", inStage: true },
  PipelineEnd: { status: "Ended", topic: "pipeline", predicate: "has ended" },
  StageStart: { status: "Stage started", topic: "stage", predicate: "has started" },
  StageSuccess: { status: "Stage succeeded", topic: "stage", predicate: "succeeded" },
  StageFailed: { status: "Stage failed", topic: "stage", predicate: "failed" },
  StepFailed: { status: "Step failed", topic: "step", predicate: "failed" },
  TriggerFailed: { status: "Trigger failed", topic: "pipeline", predicate: "could not be triggered" },
  ApprovalRequested: {
    status: "Approval needed",
    topic: "pipeline",
    predicate: "is waiting for approval",
    inStage: true,
    call: "Review approval",
  },
  ApprovalRejected: { status: "Approval rejected", topic: "pipeline", predicate: "was not approved", inStage: true },
};

/** `ReportReady` as people write it, "Report ready"; abbreviations in capitals stay so. */
const spaced = (type: string): string =>
  type
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ")
    .replace(/ [A-Z](?![A-Z])/g, (start) => start.toLowerCase());

/** The wording of any event type; the publishers' own types speak through their names. */
export const wordingOf = (type: string): Wording =>
  Object.hasOwn(WORDINGS, type) ? WORDINGS[type as KnownEventType] : { status: spaced(type), topic: "pipeline" };

/** The pipeline and its run as people call them, "Build API #512", or what the event names of them. */
const runOf = ({ pipeline, run }: Names): string | undefined => {
  if (pipeline === undefined) return run?.replace(/^(?:run )?/, "Run ");
  return run === undefined ? pipeline : `${pipeline} ${run}`;
};

/** The topic as the beginning of a sentence. */
const topicOf = (topic: Topic, names: Names, event: PipelineEvent): string => {
  if (topic === "pipeline") return runOf(names) ?? `A pipeline of ${event.scope}`;
  const name = names[topic];
  if (name === undefined) return `A ${topic}`;
  return topic === "stage" ? `Stage ${name}` : `Step ${name}`;
};

const placeOf = ({ topic, inStage }: Wording, names: Names, event: PipelineEvent): string => {
  if (topic !== "pipeline") return ` in ${runOf(names) ?? event.scope}`;
  return inStage === true && names.stage !== undefined ? ` in stage ${names.stage}` : "";
};

/** What happened, as one sentence without its period: "Build API #512 failed in stage Deploy". */
export const headlineOf = (wording: Wording, names: Names, event: PipelineEvent): string => {
  if (wording.predicate === undefined) return `${wording.status}: ${runOf(names) ?? event.scope}`;
  return `${topicOf(wording.topic, names, event)} ${wording.predicate}${placeOf(wording, names, event)}`;
};

/** What the mail is about, most telling first: "Build API #512 · Deploy", "Helm upgrade · Build API #512". */
export const subjectOf = (wording: Wording, names: Names, event: PipelineEvent): string => {
  const parts =
    wording.topic === "pipeline"
      ? [runOf(names), wording.inStage === true ? names.stage : undefined]
      : [names[wording.topic], runOf(names)];
  return `${wording.status}: ${parts.filter(Boolean).join(" · ") || event.scope}`;
};
