import { LOCAL_CREDENTIALS } from "../aws/client-config.ts";
import type { LambdaFunction } from "../template/functions.ts";
import { LOCAL_REGION } from "../template/place.ts";

/** Where the AWS protocols are answered. */
export interface Endpoints {
  readonly dynamodb: string;
  readonly sqs: string;
  readonly secretsmanager: string;
  readonly events: string;
  readonly lambda: string;
}

/**
 * The whole environment of a function's process: what the template gives it, what Lambda adds, and the addresses of the
 * local servers. Of the stack's own environment only a few facts about the machine get in, so that a function cannot
 * come to depend on the rest. Source: AWS Lambda developer guide, "Defined runtime environment variables".
 */
export const workerEnvironment = (fn: LambdaFunction, endpoints: Endpoints): Record<string, string> => ({
  ...ofMachine(["PATH", "HOME", "TMPDIR", "LANG", "NODE_EXTRA_CA_CERTS"]),
  TZ: ":UTC",
  AWS_REGION: LOCAL_REGION,
  AWS_DEFAULT_REGION: LOCAL_REGION,
  AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: "local",
  LAMBDA_TASK_ROOT: fn.codeFolder,
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
  AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.events,
  AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
  ...fn.environment,
});

const ofMachine = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
