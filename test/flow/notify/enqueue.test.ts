import { describe, expect, test } from "vitest";
import type { Rule } from "../../../shared/domain/rule.ts";
import type { NotifyDeps } from "../../../shared/flow/notify.ts";
import { addressOf, aRule, later, scopeOf, tenantNamed } from "../../fakes/builders.ts";
import { fixedRouting } from "../../fakes/fixed-config.ts";
import { createMemoryDigestStore } from "../../fakes/memory-digest-store.ts";
import { createMemoryEventStore } from "../../fakes/memory-event-store.ts";
import { createMemoryWaitingRoom } from "../../fakes/memory-waiting-room.ts";
import { createIntake, DETAIL, failing, once, publication } from "../intake-in-memory.ts";

const ADA = addressOf("ada@acme.example");
const BOB = addressOf("bob@acme.example");

const ruleFor = (id: string, address: typeof ADA, different: Partial<Rule> = {}) =>
  aRule({ id, recipients: { emails: [address], groups: [] }, ...different });

const DIGEST = { window: "PT15M", by: "rule" } as const;
/** All day until the evening, and it is noon. */
const QUIET = { from: "00:00", to: "18:00", timezone: "UTC" };

const intakeOf = (rules: readonly Rule[], different: Partial<NotifyDeps> = {}) =>
  createIntake({ config: fixedRouting({ scopes: [scopeOf("acme")], rules }), ...different });

const event = (id: string) => publication(`bus-${id}`, { ...DETAIL, id });

describe("a mail that quiet hours hold", () => {
  test("waits for their end with its job, and the record says until when", async () => {
    const intake = intakeOf([ruleFor("quiet", ADA, { quietHours: QUIET }), ruleFor("loud", BOB)]);

    const again = await intake.take(event("e1"));

    const dueAt = "2026-11-20T18:00:00.000Z";
    const [record] = intake.events.records();
    expect(again).toEqual([]);
    expect(intake.outbox.jobs().map(({ recipient }) => recipient)).toEqual([BOB]);
    expect(intake.waiting.waiting()).toMatchObject([{ dueAt, job: { kind: "event", eventId: "e1", recipient: ADA } }]);
    expect(record?.recipients).toMatchObject([
      { address: ADA, outcome: "held-for-quiet-hours", dueAt, deliveryId: intake.waiting.waiting()[0]?.job.deliveryId },
      { address: BOB, outcome: "queued" },
    ]);
  });
});

describe("a mail that goes into a digest", () => {
  test("is the same for all events of a window, and their records name it", async () => {
    const intake = intakeOf([ruleFor("digest", ADA, { digest: DIGEST })]);

    await intake.take(event("e1"), event("e2"));
    await intake.take(event("e3"));

    const dueAt = "2026-11-20T12:15:00.000Z";
    const [mail, ...others] = intake.waiting.waiting();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      dueAt,
      job: { kind: "digest", scope: "acme", recipient: ADA, ruleIds: ["acme/digest"], tries: 0 },
    });
    expect(intake.outbox.jobs()).toEqual([]);
    expect(intake.events.records().flatMap(({ recipients }) => recipients)).toMatchObject(
      Array.from({ length: 3 }, () => ({ outcome: "in-digest", deliveryId: mail?.job.deliveryId, dueAt })),
    );
  });

  test("is another one for everybody, and one for somebody spelled twice", async () => {
    const digest = { digest: DIGEST };
    const intake = intakeOf([ruleFor("digest", ADA, digest)]);
    const shouting = intakeOf([ruleFor("digest", addressOf("ADA@acme.example"), digest)]);
    const both = intakeOf([aRule({ id: "digest", recipients: { emails: [ADA, BOB], groups: [] }, ...digest })]);

    await intake.take(event("e1"));
    await shouting.take(event("e2"));
    await both.take(event("e1"));

    const idsOf = ({ waiting }: typeof intake) => waiting.waiting().map(({ job }) => job.deliveryId);
    expect(idsOf(shouting)).toEqual(idsOf(intake));
    expect(new Set(idsOf(both)).size).toBe(2);
  });

  test("comes late and finds the window closed: it is in the next one, and the record says so", async () => {
    const intake = intakeOf([ruleFor("digest", ADA, { digest: DIGEST })]);
    await intake.take(event("e1"));
    const [first] = intake.waiting.waiting();
    if (first === undefined) throw new Error("nothing waits");
    const held = await intake.digests.close(tenantNamed("acme"), first.job.deliveryId, later(900));

    await intake.take(event("e2"));

    const [, second] = intake.waiting.waiting();
    expect(held).toEqual(["e1"]);
    expect(second?.dueAt).toBe("2026-11-20T12:30:00.000Z");
    expect(intake.events.records()[1]?.recipients).toMatchObject([
      { outcome: "in-digest", deliveryId: second?.job.deliveryId, dueAt: second?.dueAt },
    ]);
  });

  test("that is delivered again after its digest was sent is in it, and nowhere else", async () => {
    const events = createMemoryEventStore();
    const dying = failing(events, "recordRouted", once());
    const intake = intakeOf([ruleFor("digest", ADA, { digest: DIGEST })], { events: dying });
    expect(await intake.take(event("e1"))).toEqual(["m0"]);
    const [mail] = intake.waiting.waiting();
    if (mail === undefined) throw new Error("nothing waits");
    await intake.digests.close(tenantNamed("acme"), mail.job.deliveryId, later(900));

    expect(await intake.take(event("e1"))).toEqual([]);

    expect(intake.waiting.waiting()).toEqual([mail]);
    expect(events.records()[0]?.recipients).toMatchObject([{ deliveryId: mail.job.deliveryId }]);
  });
});

describe("a failure", () => {
  test("to store where a mail waits repeats its own events only", async () => {
    const waiting = createMemoryWaitingRoom();
    const quiet = ruleFor("quiet", ADA, { quietHours: QUIET });
    const intake = intakeOf([quiet], {
      waiting: {
        park: async (job, ...rest) => {
          if (job.eventId === "e2") throw new Error("the table is not there");
          return waiting.park(job, ...rest);
        },
      },
    });

    const again = await intake.take(event("e1"), event("e2"), event("e3"));

    expect(again).toEqual(["m1"]);
    expect(intake.events.records().map(({ id }) => id)).toEqual(["e1", "e3"]);
  });

  test("to write to a digest leaves the mails of others on their way", async () => {
    const rules = [ruleFor("digest", ADA, { digest: DIGEST, events: ["StageFailed"] }), ruleFor("loud", BOB)];
    const digests = { ...createMemoryDigestStore(), add: () => Promise.reject(new Error("the table is not there")) };
    const intake = intakeOf(rules, { digests });

    const again = await intake.take(
      event("e1"),
      publication("bus-e2", { ...DETAIL, id: "e2", type: "StageFailed", stage: { id: "deploy" } }),
    );

    expect(again).toEqual(["m1"]);
    expect(intake.events.records().map(({ id }) => id)).toEqual(["e1"]);
  });

  test("to begin a digest puts no event into it, and its message comes again", async () => {
    const [waiting, fails] = [createMemoryWaitingRoom(), once()];
    const intake = intakeOf([ruleFor("digest", ADA, { digest: DIGEST })], {
      waiting: { park: async (...parked) => (fails() ? Promise.reject(new Error("died")) : waiting.park(...parked)) },
    });

    const again = [await intake.take(event("e1")), await intake.take(event("e1"))];

    const [mail, ...others] = waiting.waiting();
    expect(again).toEqual([["m0"], []]);
    expect(others).toEqual([]);
    expect(mail?.job.deliveryId).toBe(intake.events.records()[0]?.recipients[0]?.deliveryId);
  });
});
