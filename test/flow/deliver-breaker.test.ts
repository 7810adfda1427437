import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Failed } from "../../shared/domain/outcome.ts";
import { addressOf, aFailure, aJob, settingsOf } from "../fakes/builders.ts";
import { ACCEPTED, type Script } from "../fakes/scripted-providers.ts";
import { createSender } from "./sender-in-memory.ts";

const jobTo = (name: string) => aJob({ recipient: addressOf(`${name}@acme.example`) });

const jobs = (count: number) => Array.from({ length: count }, (_, index) => jobTo(`p${index}`));

/** A server that can be broken and mended. */
const brokenServer = (failure: Failed = aFailure()) => {
  const server = { isBroken: true, failure };
  const script: Script = async () => {
    await setImmediate();
    return server.isBroken ? server.failure : ACCEPTED;
  };
  return { server, script };
};

/** Sends one mail after the other. */
const takeEach = async (sender: ReturnType<typeof createSender>, all: readonly DeliverJob[]) => {
  for (const job of all) await sender.take(job);
};

describe("the breaker of a server", () => {
  test("opens after five failures in a row: further mails wait without a try, and the server is left alone (D18)", async () => {
    const { script } = brokenServer();
    const sender = createSender({ script });

    await takeEach(sender, jobs(8));

    expect(sender.sent).toHaveLength(5);
    expect(sender.delivery(jobTo("p4"))).toMatchObject({
      state: "deferred",
      attempts: [{ reason: "connection-refused" }],
    });
    expect(sender.delivery(jobTo("p5"))).toMatchObject({ state: "deferred", attempts: [], subject: null });
    expect(sender.delivery(jobTo("p5"))?.note).toContain("smtp.acme.example:465 failed several times");
    expect(sender.waitingJob(jobTo("p5")).tries).toBe(0);
  });

  test("lets one mail through when its time is over, and all once that one was accepted (D18)", async () => {
    const { server, script } = brokenServer();
    const sender = createSender({ script });
    await takeEach(sender, jobs(10));
    sender.wait(60);
    server.isBroken = false;

    await sender.take(...jobs(10).slice(5).map(sender.waitingJob));
    const afterProbe = sender.sent.length;
    sender.wait(60);
    await sender.take(...jobs(10).slice(6).map(sender.waitingJob));

    expect(afterProbe).toBe(6);
    expect(
      jobs(10)
        .slice(5)
        .map((job) => sender.delivery(job)?.state),
    ).toEqual(Array(5).fill("accepted"));
  });

  test("is closed by any mail the server deals with, even one that it refuses for its recipient", async () => {
    const { server, script } = brokenServer();
    const sender = createSender({ script });
    await takeEach(sender, jobs(4));
    server.failure = aFailure({ class: "permanent", reason: "recipient-refused", phase: "recipient", code: 550 });
    await sender.take(jobTo("nobody"));
    server.failure = aFailure();

    await takeEach(sender, jobs(8).slice(4));

    expect(sender.delivery(jobTo("nobody"))?.state).toBe("rejected");
    expect(sender.sent).toHaveLength(9);
  });

  test("stays closed however many recipients are refused", async () => {
    const failure = aFailure({ reason: "recipient-refused", phase: "recipient", code: 450 });
    const sender = createSender({ script: brokenServer(failure).script });

    await takeEach(sender, jobs(12));

    expect(sender.sent).toHaveLength(12);
    expect(sender.breakers.writes()).toBe(0);
  });

  test.each(["greeting", "sender", "recipient", "accepted"] as const)("counts a 421 at %s (D11)", async (phase) => {
    const failure = aFailure({ reason: "server-unavailable", phase, code: 421 });
    const sender = createSender({ script: brokenServer(failure).script });

    await takeEach(sender, jobs(6));

    expect(sender.sent).toHaveLength(5);
    expect(sender.breakers.all()[0]).toMatchObject({ failures: 5, openings: 1 });
  });

  test("waits longer each time the probe fails, up to half an hour", async () => {
    const sender = createSender({ script: brokenServer().script, deps: { retry: LONG } });
    await takeEach(sender, jobs(5));
    const gaps: number[] = [];

    for (let probe = 0; probe < 9; probe += 1) {
      const openUntil = Date.parse(sender.breakers.all()[0]?.openUntil ?? "");
      gaps.push((openUntil - sender.deps.now().getTime()) / 1000);
      sender.wait(gaps.at(-1) ?? 0);
      await sender.take(jobTo(`probe${probe}`));
    }

    expect(gaps).toEqual([22.5, 45, 90, 180, 360, 720, 1260, 1260, 1260]);
    expect(sender.sent).toHaveLength(14);
  });

  test("ends a mail as expired when it would come back too late, saying why it waited", async () => {
    const sender = createSender({ script: brokenServer().script, deps: { retry: { ...LONG, giveUpHours: 0.001 } } });

    await takeEach(sender, jobs(6));

    expect(sender.delivery(jobTo("p5"))).toMatchObject({ state: "expired", dueAt: null, attempts: [] });
    expect(sender.delivery(jobTo("p5"))?.note).toContain("left alone");
  });

  test("is one tenant's own, though another uses the same server", async () => {
    const settings = [settingsOf("acme"), settingsOf("globex", { provider: settingsOf("acme").settings.provider })];
    const sender = createSender({
      settings,
      script: ({ scope }) => (scope === "acme" ? aFailure() : ACCEPTED),
    });
    await takeEach(sender, jobs(6));

    const other = aJob({ scope: settingsOf("globex").settings.scope });
    await sender.take(other);

    expect(sender.delivery(other)?.state).toBe("accepted");
  });

  test("is asked for nothing and told nothing while mails go through", async () => {
    const sender = createSender();

    await sender.take(...jobs(20));

    expect(sender.sent).toHaveLength(20);
    expect(sender.breakers.writes()).toBe(0);
  });
});

const LONG = { baseSeconds: 30, capSeconds: 21_600, giveUpHours: 48, feedbackSeconds: 600 };
