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
  valueAt,
} from "./aws-event.ts";
import { consoleLink } from "./console-link.ts";

/** Step Functions developer guide, "Automating event delivery with EventBridge", read 2026-11-21. */
const STATUSES: Readonly<Record<string, string>> = {
  RUNNING: "PipelineStart",
  SUCCEEDED: "PipelineSuccess",
  FAILED: "PipelineFailed",
  TIMED_OUT: "PipelineFailed",
  ABORTED: "PipelineAborted",
};

/**
 * Reads the events of Step Functions: an execution of a standard workflow is a run of the pipeline that the state
 * machine is. Its input and output are left out: they may hold anything.
 */
export const normaliseStepFunctions = (event: AwsEvent): Normalised => {
  const { detail } = event;
  const machineArn = nameAt(detail, "stateMachineArn");
  const [machine, status] = [machineArn?.split(":").at(-1), nameAt(detail, "status")];
  if (machineArn === undefined || !machine) return missing("detail.stateMachineArn");
  if (status === undefined) return missing("detail.status");
  const type = Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
  if (type === undefined) return noCounterpart("An execution", status);
  const news: AwsNews = {
    // A redriven execution goes on where it failed.
    type: type === "PipelineStart" && Number(valueAt(detail, "redriveCount") ?? 0) > 0 ? "PipelineResumed" : type,
    pipeline: { id: machine, name: machine, url: linkTo(event, "statemachines/view", machineArn) },
    run: runOf(event),
    message: messageOf(event) ?? (status === "TIMED_OUT" ? "The execution timed out." : undefined),
    startedAt: instantOf(valueAt(detail, "startDate")),
    endedAt: instantOf(valueAt(detail, "stopDate")),
    data: dataOf(event, status),
  };
  return { news };
};

const linkTo = ({ region }: AwsEvent, page: string, arn: string): string | undefined =>
  consoleLink(region, `/states/home#/${page}/${encodeURIComponent(arn)}`);

const runOf = (event: AwsEvent): AwsNews["run"] => {
  const [name, arn] = [nameAt(event.detail, "name"), nameAt(event.detail, "executionArn")];
  if (name === undefined) return undefined;
  return { id: name, url: arn === undefined ? undefined : linkTo(event, "v2/executions/details", arn) };
};

const messageOf = ({ detail }: AwsEvent): string | undefined => {
  const said = [nameAt(detail, "error"), textAt(detail, "cause")].filter((part) => part !== undefined);
  return said.length === 0 ? undefined : said.join(": ");
};
