import { describe, expect, test } from "vitest";
import type { StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import { bindingFor } from "../../shared/domain/mail-settings.ts";
import { addressOf, aFailure, aJob, NOW, settingsOf, smtpTo } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { ACCEPTED, type Script } from "../fakes/scripted-providers.ts";
import { createSender } from "./sender-in-memory.ts";

const jobs = (count: number) =>
  Array.from({ length: count }, (_, index) => aJob({ recipient: addressOf(`p${index}@acme.example`) }));

const PROVIDER = smtpTo("smtp.acme.example", { auth: { type: "password", username: "ci" } });
const BINDING = bindingFor(PROVIDER, "password") ?? "";

const withPassword = (versionId: string): StoredMailSettings =>
  settingsOf(
    "acme",
    { provider: PROVIDER },
    { password: { versionId, updatedAt: NOW.toISOString(), binding: BINDING } },
  );

const REFUSED = aFailure({ class: "config", reason: "login-refused", phase: "auth", code: 535 });

/** A sender for `acme`, whose server knows one version of the password only. */
const createWorld = (right: string, script?: Script) => {
  let versionId = "old";
  const sender = createSender({
    secrets: async (_, version) => ({ secret: version, binding: BINDING }),
    script: script ?? ((sent) => (sent.secrets.login === right ? ACCEPTED : REFUSED)),
    deps: {
      config: { load: (tenants) => fixedSending([settingsOf("system"), withPassword(versionId)]).load(tenants) },
    },
  });
  const give = (version: string) => {
    versionId = version;
  };
  /** Lets mails come back when they are due, as `release` does, until none waits any more. Answers the seconds it took. */
  const drain = async (count: number): Promise<number> => {
    for (let seconds = 0; seconds < 7200; seconds += 10) {
      const due = jobs(count)
        .flatMap((job) => sender.deliveries.waiting(job.deliveryId) ?? [])
        .filter(({ dueAt }) => new Date(dueAt) <= sender.deps.now());
      await sender.take(...due.map(({ job }) => job));
      if (jobs(count).every((job) => sender.deliveries.waiting(job.deliveryId) === null)) return seconds;
      sender.wait(10);
    }
    throw new Error("mails still wait after two hours");
  };
  return { sender, give, drain };
};

describe("a login that is refused", () => {
  test("is tried once however many mails wait; they are parked, one alert goes out, new credentials send them all (D12)", async () => {
    const { sender, give, drain } = createWorld("new");

    await sender.take(...jobs(100));
    expect(sender.sent).toHaveLength(1);
    expect(jobs(100).filter((job) => sender.delivery(job)?.state === "deferred")).toHaveLength(100);
    expect(jobs(100).filter((job) => sender.delivery(job)?.attempts.length === 0)).toHaveLength(99);
    expect(sender.published.map(({ detailType }) => detailType)).toEqual(["Transport Suspended"]);
    expect(sender.outbox.jobs()).toMatchObject([
      { scope: "system", recipient: "ci@acme.example", event: { type: "MailSuspended", scope: "acme" } },
    ]);

    sender.wait(300);
    await sender.take(...jobs(100).map((job) => sender.waitingJob(job)));
    expect(sender.sent).toHaveLength(1);

    give("new");
    const seconds = await drain(100);
    expect(sender.sent).toHaveLength(101);
    expect(new Set(jobs(100).map((job) => sender.delivery(job)?.state))).toEqual(new Set(["accepted"]));
    expect(sender.outbox.jobs()).toHaveLength(1);
    expect(seconds).toBeLessThanOrEqual(120);
  });

  test("is told again when the next credentials are refused, too", async () => {
    const { sender, give, drain } = createWorld("newest");
    await sender.take(...jobs(3));
    give("new");
    sender.wait(100);
    await sender.take(...jobs(3).map((job) => sender.waitingJob(job)));
    give("newest");
    await drain(3);

    expect(sender.sent.map(({ secrets }) => secrets.login)).toEqual(["old", "new", "newest", "newest", "newest"]);
    expect(sender.published).toHaveLength(2);
    expect(new Set(sender.outbox.jobs().map(({ deliveryId }) => deliveryId)).size).toBe(2);
  });

  test("is found by others that were let through: they tell nobody a second time", async () => {
    const { sender } = createWorld("old");
    await sender.take(...jobs(1));
    const broken = createSender({
      secrets: async () => ({ secret: "old", binding: BINDING }),
      settings: [settingsOf("system"), withPassword("old")],
      script: () => REFUSED,
      deps: { breakers: sender.breakers },
    });

    await broken.take(...jobs(6).slice(1));

    expect(broken.sent).toHaveLength(5);
    expect(broken.published).toHaveLength(1);
    expect(broken.outbox.jobs()).toHaveLength(1);
  });

  test("is told with a mail that waits, a minute later, when it could not be told at once", async () => {
    let isDown = true;
    const published: string[] = [];
    const announcer = {
      publish: async (detailType: string) => {
        if (isDown) throw new Error("the bus is down");
        published.push(detailType);
      },
      publishAll: async () => 0,
    };
    const sender = createSender({
      secrets: async () => ({ secret: "old", binding: BINDING }),
      settings: [settingsOf("system"), withPassword("old")],
      script: () => REFUSED,
      deps: { announcer },
    });
    await sender.take(...jobs(1));
    isDown = false;
    await sender.take(...jobs(2).slice(1));
    expect(published).toEqual([]);

    sender.wait(60);
    await sender.take(...jobs(4).slice(2));

    expect(published).toEqual(["Transport Suspended"]);
    expect(sender.outbox.jobs()).toHaveLength(1);
    expect(sender.sent).toHaveLength(1);
  });

  test("is no such thing when the server only cannot check it now (454, D13)", async () => {
    const later = aFailure({ reason: "server-unavailable", phase: "auth", code: 454 });
    const { sender } = createWorld("old", () => later);

    await sender.take(...jobs(1));

    expect(sender.delivery(jobs(1)[0])).toMatchObject({ state: "deferred", attempts: [{ code: 454 }] });
    expect(sender.published).toEqual([]);
    expect(sender.breakers.all()[0]?.suspension).toBeNull();
  });
});

describe("a login nobody has tried yet", () => {
  test("is tried by one mail; the others go as soon as it was accepted", async () => {
    const { sender } = createWorld("old");

    expect(await sender.take(...jobs(10))).toEqual([]);

    expect(sender.sent).toHaveLength(10);
    expect(jobs(10).map((job) => sender.delivery(job)?.state)).toEqual(Array(10).fill("accepted"));
    expect(sender.breakers.writes()).toBe(2);
  });

  test("costs nothing more once it was accepted", async () => {
    const { sender } = createWorld("old");
    await sender.take(...jobs(1));
    const before = sender.breakers.writes();

    await sender.take(...jobs(20).slice(1));

    expect(sender.breakers.writes()).toBe(before);
  });
});

test("SendGrid's 403 is tried once more after an hour, then nothing goes out until somebody mends it (D20)", async () => {
  const forbidden = aFailure({ class: "config", reason: "api-forbidden", phase: "auth", code: 403 });
  const { sender } = createWorld("old", () => forbidden);
  const [job, other] = jobs(2);
  if (job === undefined || other === undefined) throw new Error("no jobs");
  await sender.take(job);
  expect(Date.parse(sender.delivery(job)?.dueAt ?? "") - NOW.getTime()).toBeGreaterThanOrEqual(600_000);
  expect(sender.published).toEqual([]);

  sender.wait(3600);
  await sender.take(sender.waitingJob(job));
  await sender.take(other);

  expect(sender.sent).toHaveLength(2);
  expect(sender.published).toHaveLength(1);
  expect(sender.delivery(other)).toMatchObject({ state: "deferred", attempts: [] });
});
