import { describe, expect, test } from "vitest";
import { LEASE_SECONDS } from "../flow/sender-in-memory.ts";
import { createPath, eventMessage, type QueueMessage, RECIPIENTS } from "./path-in-memory.ts";

/** How often a message is received before it becomes a dead letter. */
const MAX_RECEIVES = 5;

/** Delivers messages until each is acknowledged or dead, and answers the dead ones. */
const untilDead = async (
  messages: readonly QueueMessage[],
  handle: (batch: readonly QueueMessage[]) => Promise<readonly string[]>,
): Promise<QueueMessage[]> => {
  let left = [...messages];
  for (let receive = 0; receive < MAX_RECEIVES; receive += 1) {
    const again = await handle(left);
    left = left.filter(({ id }) => again.includes(id));
  }
  return left;
};

describe("D23: dead letters put back after what was broken is mended", () => {
  test("of the events are mailed once, also when they are put back twice", async () => {
    const path = createPath();
    const events = Array.from({ length: 20 }, (_, number) => eventMessage(`evt-${number}`));
    const broken = { ...path.intake, outbox: { send: async () => Promise.reject(new Error("a bug")) } };
    const dead = await untilDead(events, (batch) => path.notify(batch, broken).catch(() => batch.map(({ id }) => id)));

    for (const _ of ["first time", "second time"]) {
      const left = await untilDead(dead, path.notify);
      expect(left).toEqual([]);
      expect(await untilDead(path.outbox.splice(0), path.deliver)).toEqual([]);
    }

    expect(dead).toHaveLength(events.length);
    expect([...path.ids].map(path.arrivalsOf)).toEqual(Array(events.length * RECIPIENTS.length).fill(1));
  });

  test("of the mails are sent once, also when they are put back twice among finished ones", async () => {
    const path = createPath();
    await path.notify([eventMessage("evt-1"), eventMessage("evt-2")]);
    const messages = path.outbox.splice(0);
    await path.deliver(messages.slice(0, 2));
    const broken = {
      ...path.sender,
      deliveries: { ...path.deliveries, claim: () => Promise.reject(new Error("a bug")) },
    };
    const dead = await untilDead(messages.slice(2), (batch) => path.deliver(batch, broken));
    path.wait(6 * LEASE_SECONDS);

    expect(await untilDead(dead, path.deliver)).toEqual([]);
    expect(await untilDead(messages, path.deliver)).toEqual([]);

    expect(dead).toHaveLength(4);
    expect([...path.ids].map(path.arrivalsOf)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});
