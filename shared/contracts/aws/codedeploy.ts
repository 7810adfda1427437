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
} from "./aws-event.ts";
import { consoleLink } from "./console-link.ts";

/** What a state becomes. Without `severity` the type's own holds. */
interface Meaning {
  readonly type: string;
  readonly severity?: Severity;
  readonly message?: string;
}

/** CodeDeploy user guide, "Monitoring deployments with Amazon CloudWatch Events", read 2026-11-21. */
const DEPLOYMENT_STATES: Readonly<Record<string, Meaning>> = {
  START: { type: "PipelineStart" },
  READY: {
    type: "PipelinePaused",
    severity: "info",
    message: "The replacement environment is ready; traffic can be rerouted.",
  },
  SUCCESS: { type: "PipelineSuccess" },
  FAILURE: { type: "PipelineFailed" },
  STOP: { type: "PipelineAborted" },
};

const INSTANCE_STATES: Readonly<Record<string, Meaning>> = { FAILURE: { type: "StepFailed" } };

const UNFINISHED = new Set(["START", "READY"]);

/**
 * Reads the events of CodeDeploy: a deployment is a run of the pipeline that an application's deployment group is, and
 * an instance is a step of it.
 */
export const normaliseCodeDeploy = (event: AwsEvent): Normalised => {
  const { detail } = event;
  const isInstance = event.detailType.includes("Instance");
  const [application, group] = [nameAt(detail, "application"), nameAt(detail, "deploymentGroup")];
  const [runId, state, instance] = [
    nameAt(detail, "deploymentId"),
    nameAt(detail, "state"),
    nameAt(detail, "instanceId"),
  ];
  if (application === undefined) return missing("detail.application");
  if (state === undefined) return missing("detail.state");
  const states = isInstance ? INSTANCE_STATES : DEPLOYMENT_STATES;
  const meaning = Object.hasOwn(states, state) ? states[state] : undefined;
  if (meaning === undefined) return noCounterpart(isInstance ? "An instance" : "A deployment", state);
  const news: AwsNews = {
    ...meaning,
    pipeline: pipelineOf(event, application, group),
    run:
      runId === undefined
        ? undefined
        : {
            id: runId,
            url: consoleLink(event.region, `/codesuite/codedeploy/deployments/${encodeURIComponent(runId)}`),
          },
    step: isInstance && instance !== undefined ? { id: instance, name: instance } : undefined,
    endedAt: UNFINISHED.has(state) ? undefined : instantOf(event.time),
    data: dataOf(event, state),
  };
  return { news };
};

/** Each deployment group fails and recovers by itself. Its id has no slash, so that it fits into a path. */
const pipelineOf = ({ region }: AwsEvent, application: string, group: string | undefined): AwsNews["pipeline"] => {
  const path = `/codesuite/codedeploy/applications/${encodeURIComponent(application)}`;
  return group === undefined
    ? { id: application, name: application, url: consoleLink(region, path) }
    : {
        id: `${application}:${group}`.slice(0, 256),
        name: `${application} / ${group}`,
        url: consoleLink(region, `${path}/deployment-groups/${encodeURIComponent(group)}`),
      };
};
