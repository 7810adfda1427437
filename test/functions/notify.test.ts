import { expect, test } from "vitest";
import { createNotifyHandler } from "../../functions/notify/handler.ts";
import type { Outbox } from "../../shared/flow/ports.ts";
import { NO_AWS_SOURCES } from "../fakes/aws-sources.ts";
import { aRule, busEventOf, NOW, scopeOf } from "../fakes/builders.ts";
import { fixedRouting } from "../fakes/fixed-config.ts";
import { contextWith, queueEventOf } from "../fakes/lambda.ts";
import { createMemoryDigestStore } from "../fakes/memory-digest-store.ts";
import { createMemoryEventStore } from "../fakes/memory-event-store.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createMemoryMetrics } from "../fakes/memory-metrics.ts";
import { createMemoryOutcomeStore } from "../fakes/memory-outcome-store.ts";
import { createMemoryWaitingRoom } from "../fakes/memory-waiting-room.ts";
import { createRecordingDeadLetters } from "../fakes/recording-dead-letters.ts";
import { createRecordingOutbox } from "../fakes/recording-outbox.ts";

const handlerWith = (outbox: Outbox) =>
  createNotifyHandler({
    config: fixedRouting({ scopes: [scopeOf("acme")], rules: [aRule()] }),
    awsSources: NO_AWS_SOURCES,
    events: createMemoryEventStore(),
    outcomes: createMemoryOutcomeStore(),
    outbox,
    waiting: createMemoryWaitingRoom(),
    digests: createMemoryDigestStore(),
    deadLetters: createRecordingDeadLetters(),
    log: createMemoryLog(),
    metrics: createMemoryMetrics(),
    now: () => NOW,
  });

const bodyOf = (id: string) => JSON.stringify(busEventOf({ id, scope: "acme", type: "PipelineFailed" }, { id }));

test("the notify function answers no failures when every message has done its work", async () => {
  const outbox = createRecordingOutbox();

  const answer = await handlerWith(outbox)(queueEventOf(bodyOf("e1"), "poison"), contextWith());

  expect(answer).toEqual({ batchItemFailures: [] });
  expect(outbox.jobs()).toHaveLength(1);
});

test("the notify function answers exactly the messages that must come again", async () => {
  const outbox = createRecordingOutbox(({ eventId }) => eventId === "e1");

  const answer = await handlerWith(outbox)(queueEventOf(bodyOf("e0"), bodyOf("e1"), bodyOf("e2")), contextWith());

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
});

test("the notify function fails as a whole when the configuration cannot be read", async () => {
  const handler = createNotifyHandler({
    config: { load: () => Promise.reject(new Error("the table is not there")) },
    awsSources: NO_AWS_SOURCES,
    events: createMemoryEventStore(),
    outcomes: createMemoryOutcomeStore(),
    outbox: createRecordingOutbox(),
    waiting: createMemoryWaitingRoom(),
    digests: createMemoryDigestStore(),
    deadLetters: createRecordingDeadLetters(),
    log: createMemoryLog(),
    metrics: createMemoryMetrics(),
    now: () => NOW,
  });

  await expect(handler(queueEventOf(bodyOf("e1")), contextWith())).rejects.toThrow("the table is not there");
});
