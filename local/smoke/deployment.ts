import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { localClientConfig } from "../aws/client-config.ts";
import { asStackDescription, type StackDescription } from "../stack-file.ts";
import { describeOutputs, findOutputs, readOutputsFile, type StackOutputs } from "./outputs.ts";

/** A running installation, and what is needed to speak to it. */
export interface Deployment {
  readonly outputs: StackOutputs;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly bus: EventBridgeClient;
  /** A token that holds `system:admin`; without it the API is only looked at from outside. */
  readonly token: string | undefined;
  /** The local stack, when it is that. */
  readonly local: StackDescription | undefined;
}

/** How somebody names an installation. */
export interface DeploymentName {
  /** A file written by `cdk deploy --outputs-file`, or a local stack's `stack.json`. */
  readonly outputsFile?: string | undefined;
  /** The name of a CloudFormation stack. */
  readonly stackName?: string | undefined;
  readonly token?: string | undefined;
}

/**
 * Finds an installation. AWS clients take credentials, region and AWS_ENDPOINT_URL from the environment, except for a
 * local stack, which describes itself.
 * @throws Error when the outputs cannot be read or are not complete.
 */
export const findDeployment = async ({ outputsFile, stackName, token }: DeploymentName): Promise<Deployment> => {
  const described = outputsFile === undefined ? undefined : await readOutputsFile(outputsFile);
  const local = asStackDescription(described);
  if (local !== undefined) return localDeployment(local, token);
  return {
    outputs: stackName === undefined ? findOutputs(described) : await describeOutputs(stackName),
    dynamodb: new DynamoDBClient(),
    sqs: new SQSClient(),
    bus: new EventBridgeClient(),
    token,
    local,
  };
};

const localDeployment = (local: StackDescription, token: string | undefined): Deployment => ({
  outputs: { ...local.outputs, apiUrl: local.apiUrl },
  dynamodb: new DynamoDBClient(localClientConfig(local.endpoints.dynamodb)),
  sqs: new SQSClient(localClientConfig(local.endpoints.sqs)),
  bus: new EventBridgeClient(localClientConfig(local.endpoints.events)),
  token: token ?? local.tokens.systemAdmin,
  local,
});
