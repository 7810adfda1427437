import { expect, test } from "vitest";
import { createMemoryEventStore } from "../fakes/memory-event-store.ts";
import { createRecordingOutbox } from "../fakes/recording-outbox.ts";
import { createIntake, DETAIL, failing, once, publication } from "./intake-in-memory.ts";

test("an intake counts what it did about events, and their mails", async () => {
  const intake = createIntake();

  await intake.take(
    publication("b1"),
    publication("b2", { ...DETAIL, id: "e2", type: "PipelineSucceeded" }),
    publication("b3", { ...DETAIL, id: "e3", scope: "globex" }),
    "poison",
  );

  expect(intake.metrics.sums()).toEqual({ EventsRouted: 2, MailsEnqueued: 1, EventsRefused: 1 });
});

test("an event that is told again is counted as what it is, and its mails are not", async () => {
  const intake = createIntake();
  await intake.take(publication("b1"));

  await intake.take(publication("b2"), publication("b3", { ...DETAIL, message: "Other words." }));

  expect(intake.metrics.sums()).toEqual({
    EventsRouted: 1,
    MailsEnqueued: 1,
    EventsDuplicate: 1,
    EventsConflict: 1,
  });
});

test("a message that comes again after its event was recorded counts as nothing", async () => {
  const intake = createIntake();
  await intake.take(publication("b1"));
  const before = intake.metrics.sums();

  await intake.take(publication("b1"));

  expect(intake.metrics.sums()).toEqual(before);
});

test("an event counts when it is recorded, however often its mails were enqueued before", async () => {
  const outbox = createRecordingOutbox();
  const intake = createIntake({ events: failing(createMemoryEventStore(), "recordRouted", once()), outbox });

  expect(await intake.take(publication("b1"))).toEqual(["m0"]);
  expect(intake.metrics.sums()).toEqual({});
  await intake.take(publication("b1"));

  expect(outbox.jobs()).toHaveLength(2);
  expect(intake.metrics.sums()).toEqual({ EventsRouted: 1, MailsEnqueued: 1 });
});
