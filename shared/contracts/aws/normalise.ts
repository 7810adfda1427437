import type { AwsEvent, Normalised } from "./aws-event.ts";
import { normaliseCodeBuild } from "./codebuild.ts";
import { normaliseCodeDeploy } from "./codedeploy.ts";
import { normaliseCodePipeline } from "./codepipeline.ts";
import { AWS_SERVICE_NAMES, AWS_SERVICES, type AwsService } from "./services.ts";
import { normaliseStepFunctions } from "./step-functions.ts";

const NORMALISERS: Readonly<Record<AwsService, (event: AwsEvent) => Normalised>> = {
  codepipeline: normaliseCodePipeline,
  codebuild: normaliseCodeBuild,
  codedeploy: normaliseCodeDeploy,
  states: normaliseStepFunctions,
};

const BY_DETAIL_TYPE = new Map(
  AWS_SERVICE_NAMES.flatMap((name) =>
    AWS_SERVICES[name].detailTypes.map((detailType) => [detailType as string, NORMALISERS[name]] as const),
  ),
);

/** Reads one of AWS's own events. */
export const normaliseAwsEvent = (event: AwsEvent): Normalised => {
  const normalise = BY_DETAIL_TYPE.get(event.detailType);
  return normalise === undefined
    ? { problem: `Events of the type "${event.detailType.slice(0, 256)}" are not understood.` }
    : normalise(event);
};
