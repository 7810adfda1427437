import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Attempt, Delivery } from "../../shared/domain/delivery.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import type { Claim, ClaimResult, DeliveryStore, Settlement } from "../../shared/flow/ports.ts";
import { type DeliveryItem, toDelivery } from "../../shared/store/delivery-item.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { deliveryKey } from "../../shared/store/keys.ts";
import type { Table } from "../../shared/store/table.ts";
import { aJob, later, NOW } from "../fakes/builders.ts";
import { createMemoryDeliveryStore } from "../fakes/memory-delivery-store.ts";

/** A store, and a look at what it keeps. */
export interface Subject {
  readonly store: DeliveryStore;
  readonly read: (job: DeliverJob) => Promise<Delivery | undefined>;
}

/** The item of a job's delivery. */
export const itemOf = async ({ client, name }: Table, job: DeliverJob) => {
  const Key = deliveryKey(tenantOf(job.scope), job.deliveryId);
  const { Item } = await client.send(new GetCommand({ TableName: name, Key, ConsistentRead: true }));
  return Item as DeliveryItem | undefined;
};

/** The same store twice, so that the one in memory cannot drift from the table's. */
export const subjects: Readonly<Record<string, (table: Table) => Subject>> = {
  "in the table": (table) => ({
    store: createDeliveryStore(table, 90),
    read: async (job) => {
      const item = await itemOf(table, job);
      return item === undefined ? undefined : toDelivery(item);
    },
  }),
  "in memory": () => {
    const store = createMemoryDeliveryStore();
    return { store, read: async (job) => store.delivery(job.deliveryId) };
  },
};

let jobs = 0;

/** A job no other test has seen: all tests share one table. */
export const freshJob = (): DeliverJob => {
  jobs += 1;
  return aJob({ eventId: `evt-${jobs}` });
};

/** The Message-ID of every claim, unless a test says otherwise. */
export const MESSAGE_ID = "<id@acme.example>";
/** The end of a first claim's lease. */
export const LEASE = later(30).toISOString();

/** An attempt at {@link NOW} that the server accepted. */
export const attempt = (different: Partial<Attempt> = {}): Attempt => ({
  at: NOW.toISOString(),
  ms: 1200,
  phase: "accepted",
  class: "accepted",
  reason: null,
  code: 250,
  enhancedCode: null,
  text: "OK",
  provider: "smtp",
  ...different,
});

/** How a mail ends that goes through. */
export const ACCEPTED: Settlement = {
  state: "accepted",
  attempts: [attempt()],
  tries: 1,
  provider: "smtp",
  possibleDuplicate: false,
  note: null,
  subject: "Subject",
  waiting: null,
};

/** How a mail waits for its next try, after so many. */
export const deferred = (job: DeliverJob, tries: number): Settlement => ({
  ...ACCEPTED,
  state: "deferred",
  attempts: [attempt({ class: "transient", code: 421 })],
  tries,
  waiting: { dueAt: later(60).toISOString(), job: { ...job, tries } },
});

/** @throws Error when the delivery was not claimed. */
export const claimed = (result: ClaimResult): Claim => {
  if (result.kind !== "claimed") throw new Error(`not claimed but ${result.kind}`);
  return result.claim;
};
