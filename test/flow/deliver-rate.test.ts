import { describe, expect, test } from "vitest";
import { addressOf, aFailure, aJob, later, settingsOf, smtpTo } from "../fakes/builders.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { createSender, type Setting } from "./sender-in-memory.ts";

const jobs = (count: number) =>
  Array.from({ length: count }, (_, index) => aJob({ recipient: addressOf(`p${index}@acme.example`) }));

const limited = (maxPerMinute: number, different: Setting = {}) =>
  createSender({
    settings: [settingsOf("acme", { provider: smtpTo("smtp.acme.example", { maxPerMinute }) })],
    ...different,
  });

describe("a server with a rate", () => {
  test("gets a few mails at once; the others wait for a slot each, without a try", async () => {
    const sender = limited(60);

    await sender.take(...jobs(10));

    expect(sender.sent).toHaveLength(6);
    const waiting = jobs(10).flatMap((job) => sender.deliveries.waiting(job.deliveryId) ?? []);
    expect(waiting.map(({ dueAt }) => dueAt)).toEqual([75, 76, 77, 78].map((second) => later(second).toISOString()));
    expect(waiting.map(({ job }) => job.tries)).toEqual([0, 0, 0, 0]);
    expect(sender.delivery(jobs(10)[9])).toMatchObject({ state: "deferred", attempts: [] });
    expect(sender.delivery(jobs(10)[9])?.note).toContain("at most 60 mails a minute");
  });

  test("takes a mail in its slot, whoever else asks meanwhile", async () => {
    const sender = limited(60);
    await sender.take(...jobs(10));
    const back = sender.waitingJob(jobs(10)[9]);
    sender.wait(78);

    await sender.take(aJob({ eventId: "evt-new" }), back);

    expect(sender.delivery(back)?.state).toBe("accepted");
  });

  test("makes a mail that comes back early keep its slot", async () => {
    const sender = limited(60);
    await sender.take(...jobs(10));
    const back = sender.waitingJob(jobs(10)[9]);
    sender.wait(30);

    await sender.take(back);

    expect(sender.sent).toHaveLength(6);
    expect(sender.delivery(back)?.dueAt).toBe(later(78).toISOString());
  });

  test("gives a mail a new slot that comes back much too late for its own", async () => {
    const sender = limited(1);
    await sender.take(...jobs(3));
    const [, second, third] = jobs(3).map((job) => sender.deliveries.waiting(job.deliveryId)?.job);
    if (second === undefined || third === undefined) throw new Error("they do not wait");
    sender.wait(1000);

    await sender.take(second, third);

    expect(sender.sent).toHaveLength(2);
  });

  test("asks a mail for a new slot with each try", async () => {
    const sender = limited(60, { script: () => aFailure({ reason: "rate-limited", phase: "accepted", code: 454 }) });
    await sender.take(...jobs(7));
    const back = sender.waitingJob(jobs(7)[6]);
    expect(back.permit).toBeDefined();
    sender.wait(75);

    await sender.take(back);

    expect(sender.waitingJob(back)).toMatchObject({ tries: 1, permit: undefined });
  });

  test("is not asked about while its breaker is open", async () => {
    const sender = limited(600, { script: () => aFailure() });
    for (const job of jobs(5)) await sender.take(job);
    const waiting = { ...aJob({ eventId: "evt-open" }) };

    await sender.take(waiting);

    expect(sender.waitingJob(waiting).permit).toBeUndefined();
  });
});

test("a server without a rate costs no slot", async () => {
  const rates = { reserve: () => Promise.reject(new Error("not asked")) };
  const sender = createSender({ deps: { rates }, script: () => ACCEPTED });

  await sender.take(...jobs(30));

  expect(sender.sent).toHaveLength(30);
});
