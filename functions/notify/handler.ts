import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { type NotifyDeps, notify } from "../../shared/flow/notify.ts";
import { withMetrics } from "../../shared/runtime/metrics.ts";
import { toBatchResponse, toMessages } from "../../shared/runtime/sqs-batch.ts";

/** Takes in events from the events queue. An event that should be tried again is reported back to SQS. */
export const createNotifyHandler = (deps: NotifyDeps) =>
  middy(
    async (event: SQSEvent): Promise<SQSBatchResponse> =>
      toBatchResponse(await withMetrics(deps.metrics, () => notify(deps, toMessages(event)))),
  );
