import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Delivery, stateAfter } from "../../shared/domain/delivery.ts";
import { FEEDBACK_KINDS, type Feedback } from "../../shared/domain/feedback.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import { takeFeedback } from "../../shared/flow/feedback.ts";
import type { HeardDeliveries } from "../../shared/flow/feedback-ports.ts";
import type { Settlement } from "../../shared/flow/ports.ts";
import { createDeliveryControl } from "../../shared/store/delivery-control.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createHeardDeliveries } from "../../shared/store/heard-deliveries.ts";
import { deliveryKey } from "../../shared/store/keys.ts";
import { later, NOW, scopeOf, tenantNamed } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { aDelivery } from "../fakes/history-data.ts";
import { createMemoryHeardDeliveries } from "../fakes/memory-heard-deliveries.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createMemoryMetrics } from "../fakes/memory-metrics.ts";
import { createMemoryPublisher } from "../fakes/memory-publisher.ts";
import { createMemorySuppressions } from "../fakes/memory-suppressions.ts";
import { attempt, claimed, freshJob, itemOf, LEASE, MESSAGE_ID } from "./delivery-subjects.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

/** The store with one delivery, in the table as its senders left it, and in memory. */
const KINDS: Readonly<Record<string, (delivery: Delivery) => Promise<HeardDeliveries>>> = {
  "in the table": async (delivery) => {
    const { feedback: _, dueAt, ...stored } = delivery;
    const Item = { ...deliveryKey(tenantOf(delivery.scope), delivery.id), ...stored, ...(dueAt ? { dueAt } : {}) };
    await tables.deliveries.client.send(new PutCommand({ TableName: tables.deliveries.name, Item }));
    return createHeardDeliveries(tables.deliveries);
  },
  "in memory": async (delivery) => createMemoryHeardDeliveries([delivery]),
};

let made = 0;

/** A delivery that no other test has. */
const freshDelivery = (): Delivery => {
  made += 1;
  return aDelivery("acme.eng", `heard-${made}`);
};

const feedback = (id: string, kind: Feedback["kind"] = "delivered"): Feedback => ({
  id,
  kind,
  at: NOW.toISOString(),
  enhancedCode: null,
  text: null,
});

const ACME = tenantNamed("acme");

/** What a sender stores that got no answer from SendGrid. */
const SETTLED: Settlement = {
  state: "ambiguous",
  attempts: [attempt({ class: "ambiguous", provider: "sendgrid" })],
  tries: 1,
  provider: "sendgrid",
  possibleDuplicate: true,
  subject: "S",
  note: null,
  waiting: null,
};

const delivered = (id: string) => ({
  state: "delivered" as const,
  possibleDuplicate: false,
  provider: "sendgrid" as const,
  note: null,
  feedback: [feedback(id)],
});

describe.each(Object.entries(KINDS))("a delivery %s", (_, createWith) => {
  test("is found by its tenant and id, and by no other tenant", async () => {
    const delivery = freshDelivery();
    const store = await createWith(delivery);

    expect(await store.find(ACME, delivery.id)).toEqual({ delivery, heldUntil: undefined });
    expect(await store.find(tenantNamed("globex"), delivery.id)).toBeUndefined();
  });

  test("keeps what is heard of it, one thing after the other", async () => {
    const delivery = freshDelivery();
    const store = await createWith(delivery);

    const first = await store.hear(delivery, delivered("e1"), later(1));
    const seen = await store.find(ACME, delivery.id);
    const second =
      seen && (await store.hear(seen.delivery, { ...delivered("e2"), state: "bounced", note: "So." }, later(2)));

    expect([first, second]).toEqual([true, true]);
    expect((await store.find(ACME, delivery.id))?.delivery).toEqual({
      ...delivery,
      state: "bounced",
      provider: "sendgrid",
      note: "So.",
      feedback: [feedback("e1"), feedback("e2")],
      updatedAt: later(2).toISOString(),
    });
  });

  test("stays as it is when it was changed since it was seen, even within the same millisecond", async () => {
    const delivery = freshDelivery();
    const store = await createWith(delivery);
    await store.hear(delivery, delivered("e1"), new Date(delivery.updatedAt));

    expect(await store.hear(delivery, delivered("e1"), later(2))).toBe(false);
    expect((await store.find(ACME, delivery.id))?.delivery.feedback).toEqual([feedback("e1")]);
  });

  test("waits for nothing any more", async () => {
    const waiting: Delivery = { ...freshDelivery(), state: "ambiguous", dueAt: later(600).toISOString() };
    const store = await createWith(waiting);

    await store.hear(waiting, delivered("e1"), later(1));

    expect((await store.find(ACME, waiting.id))?.delivery).toMatchObject({ state: "delivered", dueAt: null });
  });

  test("comes to the same end however its events are cut, repeated and shuffled over posts at the same time", async () => {
    const event = fc.record({ id: fc.constantFrom("a", "b", "c", "d", "e"), kind: fc.constantFrom(...FEEDBACK_KINDS) });
    const posts = fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(posts, async (shuffled) => {
        const kinds = new Map<string, Feedback["kind"]>(shuffled.flat().map(({ id, kind }) => [id, kind]));
        const delivery = freshDelivery();
        const deliveries = await createWith(delivery);
        const deps = {
          deliveries,
          suppressions: createMemorySuppressions(),
          announcer: createMemoryPublisher(),
          log: createMemoryLog(),
          metrics: createMemoryMetrics(),
          now: () => NOW,
        };
        const reportsOf = (post: readonly { readonly id: string }[]) =>
          post.map(({ id }) => ({
            deliveryId: delivery.id,
            scope: delivery.scope,
            feedback: feedback(id, kinds.get(id)),
            suppresses: null,
          }));

        await Promise.all(shuffled.map((post) => takeFeedback(deps, scopeOf("acme"), reportsOf(post))));

        const after = (await deliveries.find(ACME, delivery.id))?.delivery;
        expect(after?.state).toBe(stateAfter("accepted", [...kinds.values()]));
        expect(after?.feedback.map(({ id }) => id).toSorted()).toEqual([...kinds.keys()].toSorted());
      }),
      { numRuns: 60 },
    );
  });
});

describe("a mail that waits for its second try", () => {
  test("leaves the due index and its job when the provider turns out to have it, and is never sent again", async () => {
    const job = freshJob();
    const senders = createDeliveryStore(tables.deliveries, 90);
    const claim = claimed(await senders.claim(job, MESSAGE_ID, LEASE, NOW));
    const waiting = { dueAt: later(600).toISOString(), job: { ...job, tries: 1 } };
    await senders.settle(claim, { ...SETTLED, waiting }, later(1));
    const store = createHeardDeliveries(tables.deliveries);
    const seen = await store.find(tenantOf(job.scope), job.deliveryId);

    const heard = seen && (await store.hear(seen.delivery, delivered("e1"), later(2)));

    const item = await itemOf(tables.deliveries, job);
    expect(heard).toBe(true);
    expect(Object.keys(item ?? {})).not.toEqual(expect.arrayContaining(["dueAt"]));
    expect([item?.dueShard, item?.job, item?.waitsUntil]).toEqual([undefined, undefined, undefined]);
    // Its job may be on its way already.
    expect(await senders.claim(waiting.job, MESSAGE_ID, LEASE, later(700))).toEqual({ kind: "finished" });
  });
});

/** A delivery that a sender has claimed. */
const startClaimed = async () => {
  const job = freshJob();
  const senders = createDeliveryStore(tables.deliveries, 90);
  const claim = claimed(await senders.claim(job, MESSAGE_ID, LEASE, NOW));
  const store = createHeardDeliveries(tables.deliveries);
  const find = () => store.find(tenantOf(job.scope), job.deliveryId);
  const hear = async (at: Date) => store.hear((await find())?.delivery ?? claim.delivery, delivered("e1"), at);
  return { job, senders, claim, find, hear };
};

describe("a mail whose sender died", () => {
  test("is known by its lease, and whoever takes it over later finds it done", async () => {
    const { job, senders, find, hear } = await startClaimed();

    expect((await find())?.heldUntil).toBe(LEASE);
    expect(await hear(later(60))).toBe(true);

    expect(await senders.claim(job, MESSAGE_ID, later(120).toISOString(), later(90))).toEqual({ kind: "finished" });
  });

  test("that comes back to life changes nothing any more", async () => {
    const { job, senders, claim, find, hear } = await startClaimed();
    await hear(later(60));

    await senders.settle(claim, { ...SETTLED, waiting: { dueAt: later(90).toISOString(), job } }, later(61));

    expect((await find())?.delivery).toMatchObject({ state: "delivered", dueAt: null, possibleDuplicate: false });
  });
});

test("an administrator's write that is repeated after a lost answer does not undo what was heard in between", async () => {
  const { senders, claim, find, hear } = await startClaimed();
  await senders.settle(claim, { ...SETTLED, state: "held" }, later(1));
  const held = (await find())?.delivery ?? claim.delivery;
  // The SDK sends a request again whose answer was lost; meanwhile SendGrid posts.
  const send = tables.deliveries.client.send.bind(tables.deliveries.client) as (command: unknown) => Promise<unknown>;
  const repeating = {
    async send(command: unknown): Promise<unknown> {
      if (!(command instanceof UpdateCommand)) return send(command);
      await send(command);
      await hear(later(3));
      return send(command);
    },
  };
  const table = { ...tables.deliveries, client: Object.assign(Object.create(tables.deliveries.client), repeating) };

  const answered = await createDeliveryControl(table, { close: async () => [] }).requeue(held, true, later(2));

  expect(answered).toBeUndefined();
  expect((await find())?.delivery).toMatchObject({ state: "delivered", dueAt: null });
});
