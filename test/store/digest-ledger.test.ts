import { afterEach, beforeEach, expect, test } from "vitest";
import { addressOf, aRule } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { createDigestWorld, type SentDigest } from "./digest-world.ts";

const EVENTS = 1000;
const RECIPIENTS = ["ada", "bob", "cyd"].map((name) => addressOf(`${name}@acme.example`));
const RULE = aRule({ digest: { window: "PT1M", by: "rule" }, recipients: { emails: RECIPIENTS, groups: [] } });

let tables: Tables;

beforeEach(async () => {
  tables = await startTables();
});

afterEach(() => tables.stop());

/** Mails by the digest they are: one that was sent again, because nobody knew that it had been, counts once. */
const digestsOf = (sent: readonly SentDigest[]): SentDigest[][] => [
  ...Map.groupBy(sent, ({ deliveryId }) => deliveryId).values(),
];

test("1,000 events, redelivered, by several at once that die at any request: each is in one digest of everybody", async () => {
  const world = createDigestWorld(tables, [RULE], 20_261_120, 0.03);
  const ids = Array.from({ length: EVENTS }, (_, index) => `e${index}`);

  for (let start = 0; start < EVENTS; start += 25) {
    world.publish(ids.slice(start, start + 25));
    await world.step(world.random() * 40);
  }
  for (let steps = 0; steps < 2000 && !(await world.isDone()); steps += 1) await world.step(20);

  const digests = digestsOf(world.sent());
  expect(await world.isDone()).toBe(true);
  expect(world.faults()).toBeGreaterThan(100);
  expect(digests.length).toBeGreaterThan(RECIPIENTS.length * 8);
  for (const [first, ...copies] of digests) expect(copies).toEqual(copies.map(() => first));
  for (const to of RECIPIENTS) {
    const told = digests.flatMap(([first]) => (first?.to === to ? first.eventIds : []));
    expect(told.toSorted()).toEqual(ids.toSorted());
  }
});
