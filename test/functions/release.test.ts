import type { ScheduledEvent } from "aws-lambda";
import { expect, test } from "vitest";
import { createReleaseHandler } from "../../functions/release/handler.ts";
import { aJob, NOW } from "../fakes/builders.ts";
import { contextWith } from "../fakes/lambda.ts";
import { createMemoryDueIndex } from "../fakes/memory-due-index.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createMemoryMetrics } from "../fakes/memory-metrics.ts";
import { createRecordingOutbox } from "../fakes/recording-outbox.ts";

const TICK: ScheduledEvent = {
  account: "123456789012",
  region: "eu-central-1",
  detail: {},
  "detail-type": "Scheduled Event",
  source: "aws.events",
  time: "2026-11-20T12:00:00Z",
  id: "tick",
  resources: [],
  version: "0",
};

const createFunction = () => {
  const dueIndex = createMemoryDueIndex();
  const outbox = createRecordingOutbox();
  dueIndex.add(NOW, aJob({ tries: 1 }));
  const metrics = createMemoryMetrics();
  const handler = createReleaseHandler({ dueIndex, outbox, log: createMemoryLog(), metrics, now: () => NOW });
  return { handler, outbox, metrics };
};

test("the release function puts due deliveries back and tells how many", async () => {
  const { handler, outbox, metrics } = createFunction();

  expect(await handler(TICK, contextWith(60_000))).toEqual({ released: 1 });
  expect(outbox.jobs()).toEqual([aJob({ tries: 1 })]);
  expect(metrics.written).toHaveLength(1);
});

test("the release function begins nothing when its time is almost up", async () => {
  const { handler, outbox } = createFunction();

  expect(await handler(TICK, contextWith(4_999))).toEqual({ released: 0 });
  expect(outbox.calls).toEqual([]);
});
