import { seededRandom } from "../faults/seeded-random.ts";
import { type KeptMail, startUnreliableSmtp, type UnreliableSmtpServer } from "../faults/unreliable-smtp-server.ts";
import { put } from "../stack/configure.ts";
import { type RunningStack, startStack } from "../stack/running-stack.ts";
import { startCrashing } from "./crash-workers.ts";
import { publishAll, TENANTS } from "./publish-all.ts";
import { type Arrival, type Reckoning, reckon } from "./reckon.ts";
import { redriveAll } from "./redrive.ts";
import { whenSettled } from "./when-settled.ts";

/** What a run does. */
export interface LedgerOptions {
  readonly events: number;
  readonly seed: number;
  /** What the tenants want done with a mail that may have been sent. */
  readonly policy: "retry" | "hold";
  /** Told now and then how far the run is. */
  readonly report: (message: string) => void;
}

/** How a run ended, with what was done to the system meanwhile. */
export interface LedgerResult extends Reckoning {
  readonly crashes: number;
  /** Messages taken back from the dead-letter queues, as the runbook says. */
  readonly redriven: number;
}

/** How unreliable the mail server is. */
const UNRELIABILITY = { beforeHandOver: 0.12, refusals: 0.02, atHandOver: 0.03 };

/** Settings that make a run short: everything takes its course, only faster. */
const QUICK: Readonly<Record<string, number>> = {
  "retry.baseSeconds": 0.2,
  "retry.capSeconds": 2,
  "delivery.functionTimeoutSeconds": 2,
  "delivery.sendDeadlineSeconds": 1,
  "notify.functionTimeoutSeconds": 2,
};

/**
 * Runs events through the local stack while its workers are killed, its bus gets events twice, and its mail server
 * refuses, stalls, hangs up, and takes mails without saying so; then accounts for every event that was accepted.
 */
export const runLedger = async (options: LedgerOptions): Promise<LedgerResult> => {
  const server = await startUnreliableSmtp(UNRELIABILITY, seededRandom(options.seed + 1));
  try {
    const stack = await startStack([
      ...Object.entries(QUICK).flatMap(([key, value]) => ["--set", `${key}=${value}`]),
      ...["--set", `egress.allowedTargets=127.0.0.1:${server.port}`, "--schedule-every-ms", "250"],
    ]);
    try {
      return await runOn(stack, server, options);
    } finally {
      await stack.stop();
    }
  } finally {
    await server.stop();
  }
};

const runOn = async (
  stack: RunningStack,
  server: UnreliableSmtpServer,
  { events, seed, policy, report }: LedgerOptions,
): Promise<LedgerResult> => {
  await configure(stack, server, policy);
  const random = seededRandom(seed);
  const crashing = startCrashing(stack, random, () => server.kept.length / events);
  const accepted = await publishAll(stack, events, random);
  report(`${events} events published`);
  const settled = await whenSettled(stack, accepted, server, { report, redrive: () => redriveAll(stack.description) });
  const crashes = await crashing.stop();
  const reckoning = reckon({ accepted, arrivals: server.kept.map(toArrival), deliveries: settled.deliveries });
  return { ...reckoning, crashes, redriven: settled.redriven };
};

const configure = async (stack: RunningStack, server: UnreliableSmtpServer, policy: string): Promise<void> => {
  for (const { tenant, recipients } of TENANTS) {
    await put(stack, tenant, { name: tenant });
    await put(stack, `${tenant}/mail-settings`, {
      from: { name: "CI", address: `ci@${tenant}.example` },
      provider: { kind: "smtp", host: "127.0.0.1", port: server.port, security: "none", auth: { type: "none" } },
      onAmbiguous: policy,
    });
    await put(stack, `${tenant}/rules/all`, { name: "All", events: ["*"], recipients: { emails: recipients } });
  }
};

const toArrival = ({ recipient, raw }: KeptMail): Arrival => ({
  recipient,
  token: /token-\d{6}/.exec(raw)?.[0] ?? "no token",
  messageId: /^Message-ID: *(<[^>]*>)/im.exec(raw)?.[1] ?? "none",
});
