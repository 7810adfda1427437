import {
  type AwsEvent,
  type AwsNews,
  dataOf,
  instantOf,
  missing,
  type Normalised,
  nameAt,
  noCounterpart,
  objectsAt,
  textAt,
  valueAt,
} from "./aws-event.ts";
import { consoleLink } from "./console-link.ts";

/** CodeBuild API reference, "Build": buildStatus, read 2026-11-21. */
const STATUSES: Readonly<Record<string, string>> = {
  IN_PROGRESS: "PipelineStart",
  SUCCEEDED: "PipelineSuccess",
  FAILED: "PipelineFailed",
  FAULT: "PipelineFailed",
  TIMED_OUT: "PipelineFailed",
  STOPPED: "PipelineAborted",
};

const INFO = "additional-information";

/**
 * Reads the events of CodeBuild: a build is a run of the pipeline that its project is (CodeBuild user guide, "Build
 * notifications input format reference").
 */
export const normaliseCodeBuild = (event: AwsEvent): Normalised => {
  const { detail } = event;
  const [project, status] = [nameAt(detail, "project-name"), nameAt(detail, "build-status")];
  if (project === undefined) return missing("detail.project-name");
  if (status === undefined) return missing("detail.build-status");
  const type = Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
  if (type === undefined) return noCounterpart("A build", status);
  const failed = type === "PipelineFailed" ? failedPhase(event) : undefined;
  const news: AwsNews = {
    type,
    pipeline: { id: project, name: project, url: linkTo(event, project, "history") },
    run: runOf(event, project),
    step: failed && { id: failed.name, name: failed.name, url: textAt(detail, INFO, "logs", "deep-link") },
    message: failed?.message ?? (status === "TIMED_OUT" ? "The build timed out." : undefined),
    startedAt: instantOf(utc(textAt(detail, INFO, "build-start-time"))),
    endedAt: status === "IN_PROGRESS" ? undefined : instantOf(event.time),
    triggeredBy: initiatorOf(event),
    ...revisionOf(event),
    data: dataOf(event, status),
  };
  return { news };
};

const linkTo = ({ account, region }: AwsEvent, project: string, page: string): string | undefined =>
  consoleLink(
    region,
    `/codesuite/codebuild/${encodeURIComponent(account)}/projects/${encodeURIComponent(project)}/${page}`,
  );

/** The id of a build is the last part of its ARN: `my-project:8745a7a9-...`. */
const runOf = (event: AwsEvent, project: string): AwsNews["run"] => {
  const id = nameAt(event.detail, "build-id")?.split("/").at(-1);
  const number = valueAt(event.detail, INFO, "build-number");
  if (id === undefined) return undefined;
  return {
    id,
    number: typeof number === "number" ? number : undefined,
    url: linkTo(event, project, `build/${encodeURIComponent(id)}`),
  };
};

/** The first phase that did not succeed, with what it says of it; an empty context comes as `": "`. */
const failedPhase = ({ detail }: AwsEvent): { name: string; message: string | undefined } | undefined => {
  const phase = objectsAt(detail, INFO, "phases").find((one) =>
    ["FAILED", "FAULT", "TIMED_OUT"].includes(textAt(one, "phase-status") ?? ""),
  );
  const name = nameAt(phase, "phase-type");
  if (name === undefined) return undefined;
  const context = valueAt(phase, "phase-context");
  const said = (Array.isArray(context) ? context : []).filter(
    (line) => typeof line === "string" && line.trim() !== ":",
  );
  return { name, message: textAt({ said: said.join("\n") }, "said") };
};

/** CodeBuild writes `Sep 1, 2017 4:12:29 PM`, in UTC. */
const utc = (time: string | undefined): string | undefined =>
  time === undefined ? undefined : `${time.replaceAll(/\s+/g, " ")} UTC`;

const initiatorOf = ({ detail }: AwsEvent): AwsNews["triggeredBy"] => {
  const name = nameAt(detail, INFO, "initiator");
  return name === undefined ? undefined : { name };
};

const revisionOf = ({ detail }: AwsEvent): Pick<AwsNews, "branch" | "commit"> => {
  const version = nameAt(detail, INFO, "source-version") ?? "";
  return {
    branch: /^refs\/heads\/(.+)$/.exec(version)?.[1],
    commit: /^[0-9a-f]{40}$/.test(version) ? version : undefined,
  };
};
