import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { SecretNotes } from "../../shared/domain/mail-settings.ts";
import { deliver } from "../../shared/flow/deliver.ts";
import { addressOf, aFailure, aJob, scopeOf, settingsOf } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { startScriptedSmtp } from "../fakes/scripted-smtp-server.ts";
import { createSender } from "../flow/sender-in-memory.ts";
import { AS_MAILER, smtpSettings } from "../providers/smtp-harness.ts";
import { passwordNote, senderTo, startCase } from "./real-sender.ts";

const jobNumber = (number: number) =>
  aJob({ eventId: `evt-${number}`, recipient: addressOf(`reader-${number}@acme.example`) });

const jobs = (count: number) => Array.from({ length: count }, (_, number) => jobNumber(number));

const batchesOf = <T>(all: readonly T[], size = 10): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, batch) => all.slice(batch * size, (batch + 1) * size));

describe("D12: 535 at AUTH with 100 mails queued", () => {
  test("tries the login twice at most, alerts once, parks the mails, and sends each once after a new secret", async () => {
    const login = smtpSettings(0, { auth: AS_MAILER });
    const refusing = await startScriptedSmtp({ AUTH: "535 5.7.8 Bad credentials" });
    onTestFinished(() => refusing.stop());
    const provider = { ...login, port: refusing.port };
    const sender = senderTo(refusing.port);
    const all = jobs(100);

    for (const batch of batchesOf(all)) await sender.take(...batch);

    expect(refusing.commands.filter((command) => command.startsWith("AUTH")).length).toBeLessThanOrEqual(2);
    expect(sender.published).toHaveLength(1);
    expect(all.map((job) => sender.delivery(job)?.state)).toEqual(all.map(() => "deferred"));
    expect(refusing.accepted).toEqual([]);

    const mended = await mend(sender, passwordNote(provider, "v2"), provider);
    const waiting = all.map((job) => sender.waitingJob(job));
    for (const batch of batchesOf(waiting)) await mended(batch);

    expect(all.map((job) => sender.delivery(job)?.state)).toEqual(all.map(() => "accepted"));
    expect(sender.sent).toHaveLength(100);
    expect(sender.published).toHaveLength(1);
  });
});

/** The same sender after somebody gave a password that the server accepts. */
const mend = async (
  { deps, sent }: ReturnType<typeof senderTo>,
  secrets: SecretNotes,
  provider: ReturnType<typeof smtpSettings>,
) => {
  const config = fixedSending([settingsOf("acme", { provider }, secrets)]);
  const providers: typeof deps.providers = {
    open: (scope, settings, given) => ({
      kind: "smtp",
      close: () => {},
      send: async (mail, signal) => {
        sent.push({ scope, settings, secrets: given, mail, signal });
        return ACCEPTED;
      },
    }),
  };
  return (batch: readonly object[]) =>
    deliver(
      { ...deps, config, providers },
      batch.map((job, index) => ({ id: `m${index}`, body: JSON.stringify(job) })),
    );
};

describe("D18: five failures of a host, then its recovery", () => {
  test("open the breaker: mails wait without using tries, one probe goes out, and all is sent when it comes back", async () => {
    const down = { greeting: "421 4.3.2 Down for maintenance" };
    const { sender, server } = await startCase([down, down, down, down, down, {}], { auth: { type: "none" } });
    const all = jobs(20);

    for (const job of all) await sender.take(job);
    const connectionsWhileDown = server.connections();
    const triesWhileDown = all.map((job) => sender.waitingJob(job).tries);

    sender.wait(sender.deps.retry.capSeconds);
    await sender.take(...all.map((job) => sender.waitingJob(job)));
    const openedAtRecovery = sender.breakers.all()[0]?.openUntil;
    sender.wait(sender.deps.retry.capSeconds);
    for (const job of all) if (sender.delivery(job)?.state === "deferred") await sender.take(sender.waitingJob(job));

    expect(connectionsWhileDown).toBe(5);
    expect(triesWhileDown).toEqual(all.map((_, index) => (index < 5 ? 1 : 0)));
    expect(openedAtRecovery).toBeNull();
    expect(all.map((job) => sender.delivery(job)?.state)).toEqual(all.map(() => "accepted"));
    expect(server.accepted).toHaveLength(20);
  });

  test("let one sender probe while the others wait", async () => {
    const probed = Promise.withResolvers<void>();
    const outcomes = Array.from({ length: 5 }, () => aFailure());
    const sender = createSender({
      script: async () => {
        const failure = outcomes.shift();
        if (failure === undefined) await probed.promise;
        return failure ?? ACCEPTED;
      },
    });
    const all = jobs(15);
    for (const job of all) await sender.take(job);
    sender.wait(sender.deps.retry.capSeconds);

    const taking = sender.take(...all.map((job) => sender.waitingJob(job)));
    await vi.waitFor(() => expect(sender.sent).toHaveLength(5 + 1));
    await vi.waitFor(() => expect(all.filter((job) => sender.delivery(job)?.state === "sending")).toHaveLength(1));
    probed.resolve();
    await taking;

    expect(sender.sent).toHaveLength(5 + 1);
    expect(sender.breakers.all()[0]?.openUntil).toBeNull();
  });
});

describe("D19: a hung tenant and 200 mails of another one", () => {
  test("all 200 are sent while not one send of the hung tenant has ended", async () => {
    const hung = Promise.withResolvers<void>();
    let ended = 0;
    const sender = createSender({
      settings: [settingsOf("acme"), settingsOf("globex")],
      script: async ({ scope }) => {
        if (scope === "acme") return ACCEPTED;
        await hung.promise;
        ended += 1;
        return aFailure({ reason: "timeout" });
      },
    });
    const quiet = jobs(200);
    const noisy = jobs(200).map((job) =>
      aJob({ ...job, scope: scopeOf("globex"), deliveryId: jobNumber(1000 + Number(job.eventId.slice(4))).deliveryId }),
    );

    const batches = batchesOf(quiet, 5).map((five, index) =>
      sender.take(...five, ...noisy.slice(index * 5, index * 5 + 5)),
    );
    await vi.waitFor(() => expect(quiet.filter((job) => sender.delivery(job)?.state === "accepted")).toHaveLength(200));

    expect(ended).toBe(0);
    hung.resolve();
    await Promise.all(batches);
  });
});
