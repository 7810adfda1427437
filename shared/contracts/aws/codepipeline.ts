import type { Severity } from "../../domain/severity.ts";
import {
  type AwsEvent,
  type AwsNews,
  dataOf,
  instantOf,
  missing,
  type Normalised,
  nameAt,
  noCounterpart,
  textAt,
} from "./aws-event.ts";
import { consoleLink } from "./console-link.ts";

/** What a state becomes. Without `severity` the type's own holds. */
interface Meaning {
  readonly type: string;
  readonly severity?: Severity;
  readonly isEnd?: true;
  readonly message?: string;
}

/**
 * CodePipeline user guide, "Monitoring CodePipeline events" (state tables), read 2026-11-21. STOPPING is left out: the
 * STOPPED that follows tells the same. A superseded run went well as far as it came, so nobody is warned.
 */
const PIPELINE_STATES: Readonly<Record<string, Meaning>> = {
  STARTED: { type: "PipelineStart" },
  RESUMED: { type: "PipelineResumed" },
  SUCCEEDED: { type: "PipelineSuccess", isEnd: true },
  FAILED: { type: "PipelineFailed", isEnd: true },
  CANCELED: { type: "PipelineAborted", isEnd: true, message: "The pipeline was changed while it ran." },
  STOPPED: { type: "PipelineAborted", isEnd: true },
  SUPERSEDED: { type: "PipelineAborted", severity: "info", isEnd: true, message: "A newer run went on instead." },
};

const STAGE_STATES: Readonly<Record<string, Meaning>> = {
  STARTED: { type: "StageStart" },
  RESUMED: { type: "StageResumed" },
  SUCCEEDED: { type: "StageSuccess", isEnd: true },
  FAILED: { type: "StageFailed", isEnd: true },
  CANCELED: { type: "StageAborted", severity: "warning", isEnd: true },
  STOPPED: { type: "StageAborted", severity: "warning", isEnd: true },
};

const ACTION_STATES: Readonly<Record<string, Meaning>> = { FAILED: { type: "StepFailed", isEnd: true } };

/** A rejected approval is an action that failed (same page, action-level states). */
const APPROVAL_STATES: Readonly<Record<string, Meaning>> = {
  STARTED: { type: "ApprovalRequested" },
  FAILED: { type: "ApprovalRejected", isEnd: true },
};

/** Reads the events of CodePipeline: changes of a pipeline's run, of a stage, or of an action. */
export const normaliseCodePipeline = (event: AwsEvent): Normalised => {
  const { detail } = event;
  const [pipeline, runId, state] = [
    nameAt(detail, "pipeline"),
    nameAt(detail, "execution-id"),
    nameAt(detail, "state"),
  ];
  if (pipeline === undefined) return missing("detail.pipeline");
  if (state === undefined) return missing("detail.state");
  const { what, states } = levelOf(event);
  const meaning = Object.hasOwn(states, state) ? states[state] : undefined;
  if (meaning === undefined) return noCounterpart(what, state);
  const path = `/codesuite/codepipeline/pipelines/${encodeURIComponent(pipeline)}`;
  const news: AwsNews = {
    type: meaning.type,
    severity: meaning.severity,
    pipeline: { id: pipeline, name: pipeline, url: consoleLink(event.region, `${path}/view`) },
    run:
      runId === undefined
        ? undefined
        : { id: runId, url: consoleLink(event.region, `${path}/executions/${encodeURIComponent(runId)}/timeline`) },
    stage: placeAt(event, "stage"),
    step: stepOf(event),
    message: messageOf(event) ?? meaning.message,
    startedAt: instantOf(detail["start-time"]),
    endedAt: meaning.isEnd ? instantOf(event.time) : undefined,
    ...triggerOf(event),
    data: dataOf(event, state),
  };
  return { news };
};

const levelOf = ({ detailType, detail }: AwsEvent) => {
  if (detailType.includes("Pipeline Execution")) return { what: "A pipeline", states: PIPELINE_STATES };
  if (detailType.includes("Stage Execution")) return { what: "A stage", states: STAGE_STATES };
  return textAt(detail, "type", "category") === "Approval"
    ? { what: "An approval", states: APPROVAL_STATES }
    : { what: "An action", states: ACTION_STATES };
};

const placeAt = ({ detail }: AwsEvent, field: "stage" | "action") => {
  const name = nameAt(detail, field);
  return name === undefined ? undefined : { id: name, name };
};

/** The action, with the page of what carried it out where the service names one. */
const stepOf = (event: AwsEvent): AwsNews["step"] => {
  const action = placeAt(event, "action");
  return action && { ...action, url: textAt(event.detail, "execution-result", "external-execution-url") };
};

const messageOf = ({ detail }: AwsEvent): string | undefined => {
  const code = nameAt(detail, "execution-result", "error-code");
  const summary = textAt(detail, "execution-result", "external-execution-summary");
  return code === undefined ? undefined : [code, summary].filter((part) => part !== undefined).join(": ");
};

/** Who or what began the run. A session's name stands at the end of its ARN. */
const triggerOf = ({ detail }: AwsEvent): Pick<AwsNews, "triggeredBy" | "branch" | "commit"> => {
  const author = nameAt(detail, "execution-trigger", "author-display-name");
  const email = nameAt(detail, "execution-trigger", "author-email");
  const session = nameAt(detail, "execution-trigger", "trigger-detail")?.split("/").at(-1);
  const name = author ?? session;
  return {
    triggeredBy: name === undefined && email === undefined ? undefined : { name, email },
    branch: nameAt(detail, "execution-trigger", "branch-name"),
    commit: nameAt(detail, "execution-trigger", "commit-id"),
  };
};
