import { describe, expect, test } from "vitest";
import type { Tried } from "../../../shared/flow/deliver/send-mail.ts";
import { type Ended, type SettleDeps, settle } from "../../../shared/flow/deliver/settle.ts";
import type { Claim, Settlement } from "../../../shared/flow/ports.ts";
import { aFailure, aJob, later, NOW, settingsOf } from "../../fakes/builders.ts";
import { createMemoryDeliveryStore } from "../../fakes/memory-delivery-store.ts";
import { createMemoryLog } from "../../fakes/memory-log.ts";
import { createMemoryMetrics } from "../../fakes/memory-metrics.ts";

const claimOf = async (different: Partial<Claim> = {}): Promise<Claim> => {
  const result = await createMemoryDeliveryStore().claim(aJob(), "<id@x.example>", later(30).toISOString(), NOW);
  if (result.kind !== "claimed") throw new Error(result.kind);
  return { ...result.claim, ...different };
};

/** Settles a try that began at NOW and ended two seconds later. */
const settleTry = async (different: Partial<Ended & Tried>, claim: Claim, keeps = true) => {
  const settled: Settlement[] = [];
  const log = createMemoryLog();
  const deps: SettleDeps = {
    deliveries: {
      park: () => Promise.reject(new Error("not asked")),
      claim: () => Promise.reject(new Error("not asked")),
      settle: async (_, settlement) => {
        settled.push(settlement);
        return keeps;
      },
    },
    retry: { baseSeconds: 30, capSeconds: 600, giveUpHours: 48, feedbackSeconds: 600 },
    log,
    metrics: createMemoryMetrics(),
    now: () => later(2),
    random: () => 0,
    sleep: async () => {},
  };
  const { outcome = { kind: "accepted", code: 250, text: "OK queued as 1" }, ...ended } = different;
  await settle(deps, aJob(), claim, {
    stored: settingsOf("acme"),
    note: null,
    tries: [{ outcome, provider: "smtp", startedAt: NOW, endedAt: later(2) }],
    subject: "Subject",
    ...ended,
  });
  return { settlement: settled[0], log };
};

describe("settling a try", () => {
  test("records when it began, how long it took and how it ended", async () => {
    const { settlement } = await settleTry({}, await claimOf());

    expect(settlement).toEqual({
      state: "accepted",
      attempts: [
        {
          at: NOW.toISOString(),
          ms: 2000,
          phase: "accepted",
          class: "accepted",
          reason: null,
          code: 250,
          enhancedCode: null,
          text: "OK queued as 1",
          provider: "smtp",
        },
      ],
      tries: 1,
      provider: "smtp",
      note: null,
      possibleDuplicate: false,
      subject: "Subject",
      waiting: null,
    });
  });

  test("keeps the job for the next try with the number of tries so far", async () => {
    const { settlement } = await settleTry(
      { outcome: aFailure({ retryAfterSeconds: 60 }) },
      await claimOf({ tries: 4 }),
    );

    expect(settlement?.waiting).toEqual({ dueAt: later(62).toISOString(), job: aJob({ tries: 5 }) });
  });

  test("keeps the subject of an earlier try when this one did not get as far as having one", async () => {
    const claim = await claimOf();
    const earlier = { ...claim, delivery: { ...claim.delivery, subject: "Earlier" } };

    const { settlement } = await settleTry({ outcome: aFailure(), subject: null }, earlier);

    expect(settlement?.subject).toBe("Earlier");
  });

  test("never takes back that a mail may be a duplicate", async () => {
    const claim = await claimOf();
    const doubtful = { ...claim, delivery: { ...claim.delivery, possibleDuplicate: true } };

    const { settlement } = await settleTry({}, doubtful);

    expect(settlement).toMatchObject({ state: "accepted", possibleDuplicate: true });
  });

  test("holds a possibly sent mail when there are no settings to ask: they may have said so", async () => {
    const outcome = aFailure({ class: "ambiguous", reason: "possibly-sent" });

    const { settlement } = await settleTry({ outcome, stored: undefined }, await claimOf());

    expect(settlement).toMatchObject({ state: "held", possibleDuplicate: true, waiting: null });
  });

  test("tells the log what happened, and that the lease was lost", async () => {
    const { log } = await settleTry({ outcome: aFailure() }, await claimOf(), false);

    const fields = {
      tenant: "acme",
      scope: "acme",
      deliveryId: aJob().deliveryId,
      provider: "smtp",
      state: "deferred",
      class: "transient",
      reason: "connection-refused",
      phase: "connect",
    };
    expect(log.lines).toEqual([
      { level: "warn", event: "mail.not-accepted", fields },
      { level: "warn", event: "delivery.lease-lost", fields },
    ]);
  });
});

describe("an outcome that the table does not take", () => {
  const depsWith = (failures: number) => {
    const settled: Settlement[] = [];
    const pauses: number[] = [];
    const log = createMemoryLog();
    const metrics = createMemoryMetrics();
    const store = createMemoryDeliveryStore();
    const deps: SettleDeps = {
      deliveries: {
        ...store,
        settle: async (_, settlement) => {
          settled.push(settlement);
          if (settled.length <= failures) throw new Error("throttled");
          return true;
        },
      },
      retry: { baseSeconds: 30, capSeconds: 600, giveUpHours: 48, feedbackSeconds: 600 },
      log,
      metrics,
      now: () => NOW,
      random: () => 0,
      sleep: async (ms) => void pauses.push(ms),
    };
    return { deps, settled, pauses, log, metrics };
  };
  const accepted: Ended = {
    stored: settingsOf("acme"),
    note: null,
    subject: "Subject",
    tries: [{ outcome: { kind: "accepted", code: 250, text: "OK" }, provider: "smtp", startedAt: NOW, endedAt: NOW }],
  };

  test("is stored all the same a little later, and the log tells it meanwhile", async () => {
    const { deps, settled, pauses, log } = depsWith(2);

    await settle(deps, aJob(), await claimOf(), accepted);

    expect(settled.map(({ state }) => state)).toEqual(["accepted", "accepted", "accepted"]);
    expect(pauses).toEqual([250, 750]);
    expect(log.lines[0]).toMatchObject({
      level: "error",
      event: "delivery.not-settled",
      fields: { deliveryId: aJob().deliveryId, state: "accepted", class: "accepted" },
    });
  });

  test("is left to the lease in the end", async () => {
    const { deps, settled } = depsWith(9);

    await expect(settle(deps, aJob(), await claimOf(), accepted)).rejects.toThrow("throttled");

    expect(settled).toHaveLength(4);
  });
});
