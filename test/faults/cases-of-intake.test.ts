import { describe, expect, test } from "vitest";
import { deliver } from "../../shared/flow/deliver.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { aJob, later } from "../fakes/builders.ts";
import { startTables } from "../fakes/dynalite.ts";
import { startScriptedSmtp } from "../fakes/scripted-smtp-server.ts";
import { createIntake, DETAIL, publication } from "../flow/intake-in-memory.ts";
import { LEASE_SECONDS } from "../flow/sender-in-memory.ts";
import { deliverDyingAt, vanish } from "./crash-points.ts";
import { createPath, eventMessage, RECIPIENTS } from "./path-in-memory.ts";
import { senderTo } from "./real-sender.ts";

describe("D1: an event published again with the same id", () => {
  test("after a second and after an hour is recorded as a duplicate, and mailed once", async () => {
    let now = later(0);
    const intake = createIntake({ now: () => now });

    await intake.take(publication("bus-1"));
    now = later(1);
    await intake.take(publication("bus-2"));
    now = later(3600);
    await intake.take(publication("bus-3"));

    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records().map(({ status }) => status)).toEqual(["routed", "duplicate", "duplicate"]);
  });
});

describe("D2: an event id used again with another body", () => {
  test("is recorded as a conflict, and the first body is mailed once", async () => {
    const intake = createIntake();

    await intake.take(publication("bus-1"));
    await intake.take(publication("bus-2", { ...DETAIL, message: "another story" }));

    expect(intake.outbox.jobs().map(({ event }) => event?.message)).toEqual([undefined]);
    expect(intake.events.records().map(({ status }) => status)).toEqual(["routed", "conflict"]);
  });
});

describe("D3: one message handed to two senders at the same instant", () => {
  test("is one mail in each of 100 rounds", async () => {
    const [tables, server] = await Promise.all([startTables(), startScriptedSmtp({})]);
    const deliveries = createDeliveryStore(tables.deliveries, 90);
    const senders = [1, 2].map(() => senderTo(server.port, {}, { deliveries }));
    const rounds: number[] = [];

    for (let round = 0; round < 100; round += 1) {
      const before = server.accepted.length;
      await Promise.all(senders.map((sender) => sender.take(aJob({ eventId: `evt-race-${round}` }))));
      rounds.push(server.accepted.length - before);
    }
    await Promise.all([server.stop(), tables.stop()]);

    expect(rounds).toEqual(rounds.map(() => 1));
  });
});

describe("D4: a batch of five with one that is no JSON", () => {
  test("sends the four others once, however often it comes, and hands back the one each time", async () => {
    const path = createPath();
    await path.notify([eventMessage("evt-1"), eventMessage("evt-2")]);
    const four = path.outbox.splice(0).slice(0, 4);
    const batch = [...four.slice(0, 2), { id: "poison", body: "{" }, ...four.slice(2)];

    const again = [await path.deliver(batch), await path.deliver(batch), await path.deliver(batch)];

    expect(again).toEqual([["poison"], ["poison"], ["poison"]]);
    expect([...path.ids].filter((id) => path.arrivalsOf(id) === 1)).toHaveLength(4);
  });
});

/** A sender of one mail that vanishes at a point; its message then comes twice more, with what waits released. */
const afterCrash = async (
  point: Parameters<typeof deliverDyingAt>[1],
  policy: "retry" | "hold",
): Promise<{ readonly copies: number; readonly delivery: ReturnType<ReturnType<typeof createPath>["deliveryOf"]> }> => {
  const path = createPath({ policy, recipients: RECIPIENTS.slice(0, 1) });
  await path.notify([eventMessage("evt-1")]);
  const messages = path.outbox.splice(0);
  const dead = deliver(deliverDyingAt(path.sender, point, vanish), messages);
  await Promise.race([dead, new Promise((resolve) => setImmediate(() => setImmediate(resolve)))]);
  const [id] = [...path.ids];
  if (id === undefined) throw new Error("there is no mail");
  for (const _ of [1, 2]) {
    path.wait(6 * LEASE_SECONDS);
    const due = path.dueJobOf(id);
    if (due !== undefined) path.put(due);
    await path.deliver([...messages, ...path.outbox.splice(0)]);
  }
  return { copies: path.arrivalsOf(id), delivery: path.deliveryOf(id) };
};

describe("D5: a sender that dies before it has said anything to the server", () => {
  test("leaves a mail that goes out once", async () => {
    const { copies, delivery } = await afterCrash("before the mail is handed over", "retry");

    expect([copies, delivery?.state]).toEqual([1, "accepted"]);
  });
});

describe("D6: a sender that dies after the server's 250, with policy retry", () => {
  test("leaves a mail that goes out again under its Message-ID, recorded as ambiguous first and then accepted", async () => {
    const { copies, delivery } = await afterCrash("before the outcome is recorded", "retry");

    expect(copies).toBe(2);
    expect(delivery).toMatchObject({ state: "accepted", possibleDuplicate: true });
    expect(delivery?.attempts.map((attempt) => attempt.class)).toEqual(["ambiguous", "accepted"]);
    expect(delivery?.messageId).toBe(`<${delivery?.id}@acme.example>`);
  });
});

describe("D7: a sender that dies after the server's 250, with policy hold", () => {
  test("leaves a mail that is held for a person and not sent again", async () => {
    const { copies, delivery } = await afterCrash("before the outcome is recorded", "hold");

    expect([copies, delivery?.state, delivery?.dueAt]).toEqual([1, "held", null]);
  });
});
