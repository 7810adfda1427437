import { describe, expect, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Tenant } from "../../shared/domain/scope.ts";
import { transportOf } from "../../shared/domain/transport.ts";
import type { Rates } from "../../shared/flow/waiting-ports.ts";
import { addressOf, aFailure, aJob, later, NOW, scopeOf, settingsOf, smtpTo } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { createMemoryRates } from "../fakes/memory-rates.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { createSender, endings, type Setting } from "./sender-in-memory.ts";

const jobs = (count: number) =>
  Array.from({ length: count }, (_, index) => aJob({ recipient: addressOf(`p${index}@acme.example`) }));

const acmeAt = (maxPerMinute: number) =>
  settingsOf("acme", { provider: smtpTo("smtp.acme.example", { maxPerMinute }) });

const limited = (maxPerMinute: number, different: Setting = {}) =>
  createSender({ settings: [acmeAt(maxPerMinute)], ...different });

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

describe("a line that is too long", () => {
  test("expires nobody: those behind it wait without a slot, for a quarter of an hour at most", async () => {
    const sender = limited(1);

    await sender.take(...jobs(30));

    const waiting = jobs(30).flatMap((job) => sender.deliveries.waiting(job.deliveryId) ?? []);
    expect(sender.sent.length + waiting.length).toBe(30);
    expect(waiting.filter(({ job }) => job.permit === undefined).length).toBeGreaterThan(10);
    expect(waiting.every(({ dueAt }) => dueAt <= later(16 * 60).toISOString())).toBe(true);
  });

  test("goes faster as soon as the rate is raised", async () => {
    let maxPerMinute = 1;
    const config = {
      load: (tenants: Iterable<Tenant>) => fixedSending([acmeAt(maxPerMinute)]).load(tenants),
    };
    const sender = createSender({ deps: { config } });
    await sender.take(...jobs(30));
    maxPerMinute = 600;

    sender.wait(16 * 60);
    await sender.take(...jobs(30).flatMap((job) => sender.deliveries.waiting(job.deliveryId)?.job ?? []));

    expect(sender.sent).toHaveLength(30);
  });
});

test("a mail that an administrator wants now waits for no slot, and its next try does again", async () => {
  const busy = aFailure({ reason: "rate-limited", phase: "accepted", code: 454 });
  const sender = limited(1, { script: endings(ACCEPTED, busy) });
  await sender.take(...jobs(2));
  const back = sender.waitingJob(jobs(2)[1]);

  await sender.take({ ...back, permit: undefined, isUrgent: true });

  expect(sender.sent).toHaveLength(2);
  expect(sender.waitingJob(back)).toMatchObject({ tries: 1 });
  expect(sender.waitingJob(back).isUrgent).toBeUndefined();
});

test("a slot that cannot be taken is our own fault: the mail waits, and another one may be the probe", async () => {
  const rates = { reserve: () => Promise.reject(new Error("throttled")) };
  const sender = limited(60, { deps: { rates } });
  const transport = transportOf(acmeAt(60), acmeAt(60).settings.provider);
  await sender.breakers.change(transport, (known) => ({ ...known, openings: 1, openUntil: NOW.toISOString() }));

  await sender.take(...jobs(1));

  expect(sender.delivery(jobs(1)[0])).toMatchObject({ state: "deferred", attempts: [] });
  expect(sender.breakers.all()[0]?.probeUntil).toBeNull();
});

test("a server without a rate costs no slot", async () => {
  const rates = { reserve: () => Promise.reject(new Error("not asked")) };
  const sender = createSender({ deps: { rates }, script: () => ACCEPTED });

  await sender.take(...jobs(30));

  expect(sender.sent).toHaveLength(30);
});

describe("a server with a rate that tenants share", () => {
  const shared = settingsOf("system", { provider: smtpTo("relay.example", { maxPerMinute: 600 }) });

  const jobsOf = (tenant: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      aJob({ scope: scopeOf(tenant), recipient: addressOf(`p${index}@${tenant}.example`) }),
    );

  const stateCounts = (sender: ReturnType<typeof createSender>, list: readonly DeliverJob[]) =>
    list.filter((job) => sender.delivery(job)?.state === "accepted").length;

  test("takes the few mails of one tenant at once, past the thousands of another", async () => {
    const sender = createSender({ settings: [shared] });
    await sender.take(...jobsOf("noisy", 3000));
    const sentBefore = sender.sent.length;
    sender.wait(60);

    await sender.take(...jobsOf("quiet", 5));

    expect(sentBefore).toBeLessThan(100);
    expect(stateCounts(sender, jobsOf("quiet", 5))).toBe(5);
  });

  test("lets mails stand in the line when nobody can tell whether they may pass it", async () => {
    const rates = createMemoryRates();
    const broken: Rates = {
      reserve: (line, now) =>
        line.id.endsWith("#allowance") ? Promise.reject(new Error("throttled")) : rates.reserve(line, now),
    };
    const sender = createSender({ settings: [shared], deps: { rates: broken } });

    await sender.take(...jobsOf("quiet", 5));

    expect(stateCounts(sender, jobsOf("quiet", 5))).toBe(5);
    expect(sender.log.lines.map(({ event }) => event)).toContain("rate.not-quick");
  });

  test("is as strict with a tenant's own settings as before: its mails are one line", async () => {
    const sender = createSender({ settings: [settingsOf("acme", { provider: shared.settings.provider })] });
    const list = jobsOf("acme", 200);

    await sender.take(...list);

    expect(stateCounts(sender, list)).toBe(51);
  });
});
