import { describe, expect, test } from "vitest";
import { busEventOf, NOW } from "../fakes/builders.ts";
import { createIntake, DETAIL, publication } from "./intake-in-memory.ts";

describe("an event that may not speak for its scope", () => {
  test("is recorded as refused at its own tenant, never at the other", async () => {
    const intake = createIntake();

    const again = await intake.take(publication("b1", { ...DETAIL, scope: "globex" }));

    expect(again).toEqual([]);
    expect(intake.outbox.jobs()).toEqual([]);
    expect(intake.events.records()).toMatchObject([
      {
        id: "e1",
        scope: "acme",
        status: "refused",
        reason: 'detail.scope "globex" does not belong to "acme", the tenant of the event\'s source.',
      },
    ]);
  });

  test("is recorded at the scope it names when only that scope does not exist", async () => {
    const intake = createIntake();

    await intake.take(publication("b1", { ...DETAIL, scope: "acme.enng" }));

    expect(intake.events.records()).toMatchObject([{ scope: "acme.enng", status: "refused", type: "PipelineFailed" }]);
  });
});

describe("an event that cannot be read", () => {
  test("is recorded as refused with every field that is wrong", async () => {
    const intake = createIntake();

    await intake.take(publication("b1", { id: "e1", scope: "acme.eng", type: "failed", severity: "fatal" }));

    const [record] = intake.events.records();
    expect(record).toMatchObject({ id: "e1", scope: "acme.eng", status: "refused", type: null, severity: null });
    expect(record?.reason).toMatch(/^The event cannot be read: detail\.type must be .*; detail\.severity must be /);
  });

  test.each([
    ["no detail fields at all", {}],
    ["an id that cannot be", { ...DETAIL, id: "a b" }],
  ])("is recorded under the bus's id when it has %s", async (_, detail) => {
    const intake = createIntake();

    await intake.take(publication("b1", detail));

    expect(intake.events.records()).toMatchObject([{ id: "b1", scope: "acme", status: "refused" }]);
  });

  test("is taken in when it is published again as it should be", async () => {
    const intake = createIntake();

    await intake.take(publication("b1", { ...DETAIL, severity: "fatal" }));
    await intake.take(publication("b2"));

    expect(intake.events.records().map(({ status }) => status)).toEqual(["refused", "routed"]);
    expect(intake.outbox.jobs()).toHaveLength(1);
  });

  test("is recorded once however often it is delivered", async () => {
    const intake = createIntake();

    await intake.take(publication("b1", { scope: "acme" }));
    await intake.take(publication("b1", { scope: "acme" }));

    expect(intake.events.records()).toHaveLength(1);
  });

  test("is recorded on the day it came in when its publisher dates it far away", async () => {
    const intake = createIntake();

    await intake.take(busEventOf({ scope: "acme" }, { time: "2019-01-01T00:00:00Z" }));

    expect(intake.events.records()).toMatchObject([{ receivedAt: NOW.toISOString() }]);
  });
});
