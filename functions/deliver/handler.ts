import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { type DeliverDeps, deliver } from "../../shared/flow/deliver.ts";
import { withMetrics } from "../../shared/runtime/metrics.ts";
import { toBatchResponse, toMessages } from "../../shared/runtime/sqs-batch.ts";

/** Sends mails from the outbox. A message whose work is not done is reported back to SQS. */
export const createDeliverHandler = (deps: DeliverDeps) =>
  middy(
    async (event: SQSEvent): Promise<SQSBatchResponse> =>
      toBatchResponse(await withMetrics(deps.metrics, () => deliver(deps, toMessages(event)))),
  );
