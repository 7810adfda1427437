import { describe, expect, test } from "vitest";
import { later, NOW } from "../fakes/builders.ts";
import { createMemoryEventStore } from "../fakes/memory-event-store.ts";
import { createRecordingOutbox } from "../fakes/recording-outbox.ts";
import { createIntake, DETAIL, failing, once, publication } from "./intake-in-memory.ts";

describe("an event that comes again", () => {
  test("sends nothing more and is recorded as a duplicate when it is the same", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"));
    await intake.take(publication("b2"));

    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records().map(({ status }) => status)).toEqual(["routed", "duplicate"]);
  });

  test("sends nothing more and is recorded as a conflict when it says something else", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"));
    await intake.take(publication("b2", { ...DETAIL, message: "other" }));

    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records().map(({ status }) => status)).toEqual(["routed", "conflict"]);
  });

  test("sends once when both copies are in one batch", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"), publication("b2"));

    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records()).toHaveLength(2);
  });

  test("does nothing when it is only the queue that delivers it again", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"));
    await intake.take(publication("b1"));

    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records()).toHaveLength(1);
  });

  test("makes jobs of the same ids when the first run stopped between enqueuing and recording", async () => {
    const events = createMemoryEventStore();
    let now = NOW;
    const intake = createIntake({ events: failing(events, "recordRouted", once()), now: () => now });

    const first = await intake.take(publication("b1"));
    now = later(600);
    const second = await intake.take(publication("b1"));

    expect([first, second]).toEqual([["m0"], []]);
    const [before, again] = intake.outbox.jobs();
    expect(intake.outbox.jobs()).toHaveLength(2);
    expect(again).toEqual(before);
    expect(events.records()).toMatchObject([{ status: "routed", receivedAt: NOW.toISOString() }]);
  });

  test("is enqueued when the first run could not enqueue it", async () => {
    const refuses = once();
    const intake = createIntake({ outbox: createRecordingOutbox(refuses) });

    expect(await intake.take(publication("b1"))).toEqual(["m0"]);
    expect(await intake.take(publication("b1"))).toEqual([]);
    expect(intake.events.records()).toMatchObject([{ status: "routed" }]);
  });

  test("of another tenant with the same id is an event of its own", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"), publication("b2", { ...DETAIL, scope: "globex" }, "globex.ci"));

    expect(intake.outbox.jobs().map(({ recipient }) => recipient)).toEqual(["ada@acme.example", "g@globex.example"]);
    const [ours, theirs] = intake.outbox.jobs();
    expect(ours?.deliveryId).not.toBe(theirs?.deliveryId);
  });
});
