import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { createOutbox } from "../../shared/queue/outbox.ts";
import { NOW } from "../fakes/builders.ts";
import { createMemoryEventStore } from "../fakes/memory-event-store.ts";
import { createRecordingOutbox } from "../fakes/recording-outbox.ts";
import { createIntake, DETAIL, failing, publication } from "./intake-in-memory.ts";

describe("an event that is taken in", () => {
  test("becomes a job for each recipient and a record", async () => {
    const intake = createIntake();

    const again = await intake.take(publication("b1"));

    expect(again).toEqual([]);
    expect(intake.outbox.jobs()).toMatchObject([{ eventId: "e1", recipient: "ada@acme.example", tries: 0 }]);
    expect(intake.events.records()).toMatchObject([{ id: "e1", status: "routed", receivedAt: NOW.toISOString() }]);
  });

  test("is recorded also when nobody is to be mailed", async () => {
    const intake = createIntake();

    await intake.take(publication("b1", { ...DETAIL, type: "PipelineStart" }));

    expect(intake.outbox.jobs()).toEqual([]);
    expect(intake.events.records()).toMatchObject([{ reason: "0 of 1 rules matched; 0 recipients." }]);
  });

  test("is not told with anybody's address in the log", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"), publication("b2"), publication("b3", { ...DETAIL, scope: "globex" }));

    expect(intake.log.lines.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["event.routed", "event.turned-away"]),
    );
    expect(JSON.stringify(intake.log.lines)).not.toContain("@");
  });
});

describe("a batch", () => {
  test("asks for configuration once and sends ten events of one recipient each in one request", async () => {
    const requests: SendMessageBatchCommand[] = [];
    const send = (async (command: SendMessageBatchCommand) => {
      requests.push(command);
      return { Successful: [], Failed: [] };
    }) as SQSClient["send"];
    const intake = createIntake({ outbox: createOutbox({ send }, "https://sqs/outbox") });
    const events = Array.from({ length: 10 }, (_, index) => publication(`b${index}`, { ...DETAIL, id: `e${index}` }));

    await intake.take(...events);

    expect(intake.config.loads).toBe(1);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toBeInstanceOf(SendMessageBatchCommand);
    expect(requests[0]?.input.Entries).toHaveLength(10);
  });

  test("goes on around messages nobody can be told about, which go to the dead letters with a reason", async () => {
    const intake = createIntake();
    const poison = "{ not json";
    const stranger = publication("b2", { ...DETAIL, scope: "initech" }, "initech.ci");

    const again = await intake.take(poison, stranger, publication("b4"));

    expect(again).toEqual([]);
    expect(intake.deadLetters.letters).toEqual([
      { body: poison, reason: "The message is not an EventBridge event." },
      { body: JSON.stringify(stranger), reason: 'The source "initech.ci" names no tenant of this installation.' },
    ]);
    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records()).toHaveLength(1);
  });

  test("keeps a message whose dead letter could not be written", async () => {
    const deadLetters = { put: () => Promise.reject(new Error("the queue is not there")) };
    const intake = createIntake({ deadLetters });

    expect(await intake.take("poison", publication("b1"))).toEqual(["m0"]);
    expect(intake.outbox.jobs()).toHaveLength(1);
  });

  test("repeats only the event whose receipt could not be written", async () => {
    const events = createMemoryEventStore();
    const intake = createIntake({ events: failing(events, "receive", (id) => id === "e2") });

    const again = await intake.take(
      publication("b1"),
      publication("b2", { ...DETAIL, id: "e2" }),
      publication("b3", { ...DETAIL, id: "e3" }),
    );

    expect(again).toEqual(["m1"]);
    expect(intake.outbox.jobs().map(({ eventId }) => eventId)).toEqual(["e1", "e3"]);
    expect(events.records().map(({ id }) => id)).toEqual(["e1", "e3"]);
  });

  test("repeats only the event whose refusal could not be recorded", async () => {
    const events = createMemoryEventStore();
    const intake = createIntake({ events: failing(events, "recordTurnedAway", () => true) });

    expect(await intake.take(publication("b1", { ...DETAIL, scope: "globex" }), publication("b2"))).toEqual(["m0"]);
  });

  test("repeats only the event of which a job could not be enqueued, and says so", async () => {
    const outbox = createRecordingOutbox((job) => job.eventId === "e2");
    const intake = createIntake({ outbox });

    const again = await intake.take(publication("b1"), publication("b2", { ...DETAIL, id: "e2" }));

    expect(again).toEqual(["m1"]);
    expect(intake.events.records().map(({ id }) => id)).toEqual(["e1"]);
    expect(intake.log.lines).toContainEqual({
      level: "error",
      event: "event.not-enqueued",
      fields: { tenant: "acme", eventId: "e2", mails: 1, missing: 1 },
      error: undefined,
    });
  });
});
