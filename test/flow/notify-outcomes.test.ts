import { describe, expect, test } from "vitest";
import { aRule, later, scopeOf } from "../fakes/builders.ts";
import { fixedRouting } from "../fakes/fixed-config.ts";
import { createMemoryOutcomeStore } from "../fakes/memory-outcome-store.ts";
import { createIntake, failing, once, publication } from "./intake-in-memory.ts";

const SCOPES = [scopeOf("acme")];

const changed = fixedRouting({ scopes: SCOPES, rules: [aRule({ events: ["Pipeline*"], when: "changed" })] });

/** The end of a run of one pipeline, some minutes after noon. */
const ended = (minute: number, type: "PipelineFailed" | "PipelineSuccess", different: object = {}) =>
  publication(`b${minute}`, {
    id: `e${minute}`,
    scope: "acme",
    type,
    pipeline: { id: "build-api" },
    endedAt: later(-3600 + minute * 60).toISOString(),
    ...different,
  });

const mailedBy = ({ outbox }: ReturnType<typeof createIntake>) => outbox.jobs().map(({ eventId }) => eventId);

describe("a rule that asks for changes", () => {
  test("mails the first failure and the recovery, and nothing in between", async () => {
    const intake = createIntake({ config: changed });

    for (const event of [
      ended(1, "PipelineSuccess"),
      ended(2, "PipelineFailed"),
      ended(3, "PipelineFailed"),
      ended(4, "PipelineSuccess"),
      ended(5, "PipelineSuccess"),
    ]) {
      await intake.take(event);
    }

    expect(mailedBy(intake)).toEqual(["e2", "e4"]);
  });

  test("judges the events of one batch in the order in which their runs ended", async () => {
    const intake = createIntake({ config: changed });

    await intake.take(ended(3, "PipelineSuccess"), ended(2, "PipelineFailed"), ended(1, "PipelineFailed"));

    expect(mailedBy(intake).sort()).toEqual(["e1", "e3"]);
  });

  test("judges an event that comes late by the run before it, and does not forget the later one", async () => {
    const intake = createIntake({ config: changed });

    await intake.take(ended(1, "PipelineFailed"));
    await intake.take(ended(5, "PipelineSuccess"));
    await intake.take(ended(3, "PipelineFailed"));
    await intake.take(ended(6, "PipelineSuccess"));

    expect(mailedBy(intake)).toEqual(["e1", "e5"]);
  });

  test("judges an event whose record was not stored as it did the first time", async () => {
    const isFirst = once();
    const plain = createIntake();
    const events = failing(plain.events, "recordRouted", (id) => id === "e1" && isFirst());
    const intake = createIntake({ config: changed, events });

    expect(await intake.take(ended(1, "PipelineFailed"))).toEqual(["m0"]);
    await intake.take(ended(2, "PipelineFailed"));
    expect(await intake.take(ended(1, "PipelineFailed"))).toEqual([]);

    expect(mailedBy(intake)).toEqual(["e1", "e1"]);
    expect(new Set(intake.outbox.jobs().map(({ deliveryId }) => deliveryId)).size).toBe(1);
  });
});

describe("outcomes", () => {
  test("are noted only where an enabled rule asks for them", async () => {
    const rules = [aRule(), aRule({ id: "off", enabled: false, when: "changed" }), aRule({ id: "on", when: "always" })];
    const intake = createIntake({ config: fixedRouting({ scopes: SCOPES, rules }) });

    await intake.take(ended(1, "PipelineFailed"));

    expect(intake.outcomes.writes()).toBe(0);
  });

  test("that cannot be noted bring back their own message and no other", async () => {
    const outcomes = createMemoryOutcomeStore();
    const note: typeof outcomes.note = async (tenant, event, receivedAt) => {
      if (event.id === "e1") throw new Error("the table is not there");
      return outcomes.note(tenant, event, receivedAt);
    };
    const intake = createIntake({ config: changed, outcomes: { note } });

    const again = await intake.take(ended(1, "PipelineFailed"), ended(2, "PipelineFailed", { branch: "main" }));

    expect(again).toEqual(["m0"]);
    expect(mailedBy(intake)).toEqual(["e2"]);
  });
});
