import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import { deliver } from "../../shared/flow/deliver.ts";
import { notify } from "../../shared/flow/notify.ts";
import { later, NOW } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { LEASE_SECONDS } from "../flow/sender-in-memory.ts";
import { itemOf } from "../store/delivery-subjects.ts";
import { type CrashOrder, DIED } from "./crash-child.ts";
import { type CrashPoint, DELIVER_POINTS, NOTIFY_POINTS } from "./crash-points.ts";
import { eventMessage, RECIPIENTS } from "./path-in-memory.ts";
import { createSharedPath, type SharedPath } from "./path-on-tables.ts";

const CHILD = join(import.meta.dirname, "crash-child.ts");

/** When a message comes again: after 6 times the lease. */
const AGAIN_SECONDS = 6 * LEASE_SECONDS;

let tables: Tables;
let endpoint: string;

beforeAll(async () => {
  tables = await startTables();
  const { hostname, port } = (await tables.deliveries.client.config.endpoint?.()) ?? {};
  endpoint = `http://${hostname}:${port}`;
});

afterAll(() => tables.stop());

/** Runs a step in a process of its own and answers how that ended. */
const runToItsDeath = (order: CrashOrder): Promise<number | null> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [CHILD, JSON.stringify(order)], () => resolve(child.exitCode));
  });

let paths = 0;

/** A path of an event that nobody has seen, and what its processes need to know of it. */
const newPath = async (policy: SharedPath["policy"] = "retry") => {
  paths += 1;
  const folder = await mkdtemp(join(tmpdir(), "tidings-crash-"));
  const shared: SharedPath = { endpoint, folder, policy, now: NOW.toISOString() };
  const at = (seconds: number) => {
    const path = createSharedPath({ ...shared, now: later(seconds).toISOString() });
    onTestFinished(path.stop);
    return path;
  };
  onTestFinished(() => rm(folder, { recursive: true }));
  return { shared, at, event: eventMessage(`evt-exit-${paths}`) };
};

const messageOf = (body: string) => ({ id: "m0", body });

/** Lets a message be delivered twice more after a crash; what waits is released in between. */
const deliverTwiceMore = async (at: Awaited<ReturnType<typeof newPath>>["at"], body: string) => {
  const job: DeliverJob = JSON.parse(body);
  for (const round of [1, 2]) {
    const path = at(round * AGAIN_SECONDS);
    const waiting = (await itemOf(path.table, job))?.job;
    await deliver(path.sender, [messageOf(waiting ?? body)]);
  }
  return itemOf(at(0).table, job);
};

describe("a process that exits", () => {
  test.each(NOTIFY_POINTS)("%s loses no mail and doubles none", async (point: CrashPoint) => {
    const { shared, at, event } = await newPath();
    const died = await runToItsDeath({ ...shared, step: "notify", point, messages: [event] });

    const path = at(AGAIN_SECONDS);
    await notify(path.intake, [event]);
    for (const body of path.jobs()) await deliver(path.sender, [messageOf(body)]);

    expect(died).toBe(DIED);
    expect(path.mails()).toHaveLength(RECIPIENTS.length);
    expect(new Set(path.mails()).size).toBe(RECIPIENTS.length);
  });

  test.each(DELIVER_POINTS.flatMap((point) => [[point, "retry"] as const, [point, "hold"] as const]))(
    "%s with policy %s leaves the mail where it may be within two redeliveries",
    async (point, policy) => {
      const { shared, at, event } = await newPath(policy);
      await notify(at(0).intake, [event]);
      const [body = ""] = at(0).jobs();
      const died = await runToItsDeath({ ...shared, step: "deliver", point, messages: [messageOf(body)] });

      const delivery = await deliverTwiceMore(at, body);

      const copies = at(0).mails().length;
      expect(died).toBe(DIED);
      expect(delivery?.state).toMatch(/^(accepted|held)$/);
      if (delivery?.state === "accepted") expect(copies).toBeGreaterThan(0);
      if (copies > 1) expect([policy, delivery?.possibleDuplicate]).toEqual(["retry", true]);
    },
  );
});
