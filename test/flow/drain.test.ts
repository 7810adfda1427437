import { describe, expect, test } from "vitest";
import { addressOf, aFailure, aJob, settingsOf, smtpTo } from "../fakes/builders.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { drain } from "./drain.ts";
import { createSender } from "./sender-in-memory.ts";

/** The same numbers with every run (mulberry32). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const MAILS = 10_000;
const PER_MINUTE = 600;

/** Most of the moments within any minute. */
const mostInAMinute = (timesMs: readonly number[]): number => {
  const times = timesMs.toSorted((a, b) => a - b);
  let start = 0;
  return Math.max(
    ...times.map((time, index) => {
      while ((times[start] ?? time) <= time - 60_000) start += 1;
      return index - start + 1;
    }),
  );
};

/** Ten thousand mails to a server that is down for an hour, and when each went out. */
const drainAfterAnHour = async (isMissed?: (minute: number) => boolean) => {
  const random = randomFrom(7);
  let isDown = true;
  const sentAt: number[] = [];
  const sender = createSender({
    settings: [settingsOf("acme", { provider: smtpTo("smtp.acme.example", { maxPerMinute: PER_MINUTE }) })],
    script: () => {
      if (isDown) return aFailure();
      sentAt.push(sender.deps.now().getTime());
      return ACCEPTED;
    },
    deps: { retry: { baseSeconds: 30, capSeconds: 21_600, giveUpHours: 48, feedbackSeconds: 600 }, random },
  });
  const jobs = Array.from({ length: MAILS }, (_, index) => aJob({ recipient: addressOf(`p${index}@acme.example`) }));
  const startedMs = sender.deps.now().getTime();
  const seconds = await drain({ sender, jobs, random, senders: 4, ...(isMissed ? { isMissed } : {}) }, (second) => {
    isDown = second < 3600;
  });
  return {
    seconds,
    sentAt,
    failedSends: sender.sent.length - MAILS,
    firstAfterMs: Math.min(...sentAt) - startedMs - 3_600_000,
    drainSeconds: (Math.max(...sentAt) - Math.min(...sentAt)) / 1000,
  };
};

/** How long the mails take at their rate. */
const IDEAL_SECONDS = (MAILS / PER_MINUTE) * 60;

describe("ten thousand mails to a server that was down for an hour", () => {
  test("go out at its rate and no more than a tenth above in any minute, each once, by several senders (G7)", async () => {
    const { seconds, sentAt, failedSends, firstAfterMs, drainSeconds } = await drainAfterAnHour();

    expect(sentAt).toHaveLength(MAILS);
    // Forty were on their way when it went down; then only probes.
    expect(failedSends).toBeLessThan(40 + 15);
    expect(firstAfterMs).toBeLessThanOrEqual(1_800_000);
    expect(mostInAMinute(sentAt)).toBeLessThanOrEqual(1.1 * PER_MINUTE);
    expect(drainSeconds).toBeGreaterThanOrEqual(IDEAL_SECONDS * 0.9);
    expect(drainSeconds).toBeLessThanOrEqual(IDEAL_SECONDS * 1.25);
    expect(seconds).toBeLessThan(3600 + 1800 + 1500);
  });

  test("do so although every third run of release fails", async () => {
    const { sentAt, drainSeconds } = await drainAfterAnHour((minute) => minute % 3 === 0);

    expect(sentAt).toHaveLength(MAILS);
    expect(mostInAMinute(sentAt)).toBeLessThanOrEqual(1.1 * PER_MINUTE);
    expect(drainSeconds).toBeLessThanOrEqual(IDEAL_SECONDS * 1.25);
  });
});
