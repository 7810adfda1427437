import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isNow, type RateLine, reserveSlots } from "../../shared/domain/rate.ts";
import { rateLinesOf, type SlotLine } from "../../shared/domain/rate-lines.ts";
import type { Tenant } from "../../shared/domain/scope.ts";
import type { Transport } from "../../shared/domain/transport.ts";
import { NOW, scopeOf, tenantNamed } from "../fakes/builders.ts";

const MINUTE_MS = 60_000;

const transportAt = (scope: string): Transport => ({
  scope: scopeOf(scope),
  id: "relay",
  edition: "1",
  hasLogin: false,
  name: "relay.example:465",
});

/** Lines of one shared transport, asked as senders do. */
const startLines = (perMinute: number) => {
  const known = new Map<string, RateLine>();
  const take = (line: SlotLine, nowMs: number): number | undefined => {
    const key = `${line.scope}#${line.id}`;
    const reservation = reserveSlots(known.get(key), nowMs, 1, line);
    known.set(key, reservation.line);
    return reservation.slotsMs[0];
  };
  /** When a mail of the tenant goes out that asks now; undefined: it has to ask again. */
  return (tenant: Tenant, nowMs: number): number | undefined => {
    const { main, quick } = rateLinesOf(transportAt("system"), tenant, perMinute);
    if (quick && take(quick.allowance, nowMs) !== undefined && take(quick.line, nowMs) !== undefined) return nowMs;
    const slot = take(main, nowMs);
    return slot !== undefined && isNow(slot, nowMs) ? nowMs : slot;
  };
};

const [NOISY, QUIET] = [tenantNamed("noisy"), tenantNamed("quiet")];

describe("the lines of a rate that tenants share", () => {
  test("give away what the rate allows, and at most a tenth more in any minute, whoever asks when", () => {
    const asks = fc.array(
      fc.record({ tenant: fc.constantFrom("a", "b", "c", "d").map(tenantNamed), afterMs: fc.nat({ max: 2000 }) }),
      { minLength: 1, maxLength: 300, size: "max" },
    );
    fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 300 }), (list, perMinute) => {
        const ask = startLines(perMinute);
        let nowMs = NOW.getTime();
        const times = list.flatMap(({ tenant, afterMs }) => {
          nowMs += afterMs;
          return ask(tenant, nowMs) ?? [];
        });
        times.sort((a, b) => a - b);

        for (const [index, time] of times.entries()) {
          const within = times.slice(index).filter((one) => one < time + MINUTE_MS).length;
          // Each line may begin with one mail.
          expect(within).toBeLessThanOrEqual(1.1 * perMinute + 2);
        }
      }),
    );
  });

  test("let a tenant with a few mails go at once, however long the line is that another one has made", () => {
    const ask = startLines(600);
    for (let index = 0; index < 20_000; index += 1) ask(NOISY, NOW.getTime());

    const quiet = Array.from({ length: 5 }, () => ask(QUIET, NOW.getTime() + MINUTE_MS));

    expect(quiet).toEqual(quiet.map(() => NOW.getTime() + MINUTE_MS));
    const noisy = Array.from({ length: 50 }, () => ask(NOISY, NOW.getTime() + MINUTE_MS));
    expect(noisy.filter((time) => time === NOW.getTime() + MINUTE_MS).length).toBeLessThanOrEqual(2);
  });

  test("let the dozen mails of one event go at once, and more of them wait", () => {
    const ask = startLines(600);
    for (let index = 0; index < 20_000; index += 1) ask(NOISY, NOW.getTime());
    const nowMs = NOW.getTime() + MINUTE_MS;

    const quiet = Array.from({ length: 20 }, () => ask(QUIET, nowMs));

    expect(quiet.filter((time) => time === nowMs)).toHaveLength(13);
  });

  test.each([600, 60, 30, 10])(
    "let a mail a minute of one tenant go at once amid %i mails a minute for thousands of four others",
    (perMinute) => {
      const ask = startLines(perMinute);
      const others = ["a", "b", "c", "d"].map(tenantNamed);
      const late: number[] = [];
      for (let minute = 0; minute < 60; minute += 1) {
        const nowMs = NOW.getTime() + minute * MINUTE_MS;
        for (const other of others) for (let index = 0; index < perMinute; index += 1) ask(other, nowMs);
        // Half a minute later, every ten minutes.
        if (minute % 10 === 9 && ask(QUIET, nowMs + MINUTE_MS / 2) !== nowMs + MINUTE_MS / 2) late.push(minute);
      }

      expect(late).toEqual([]);
    },
  );

  test("give a tenant that sends much nine tenths of the rate", () => {
    const ask = startLines(600);

    const times = Array.from({ length: 20_000 }, () => ask(NOISY, NOW.getTime())).filter((time) => time !== undefined);

    const last = Math.max(...times);
    const inTheLastFive = times.filter((time) => time > last - 5 * MINUTE_MS).length;
    expect(inTheLastFive / 5).toBeCloseTo(540, 0);
  });

  test("are one line where the rate is too small to be parted", () => {
    expect(rateLinesOf(transportAt("system"), QUIET, 9).quick).toBeUndefined();
  });

  test("are one line where all mails are one tenant's", () => {
    const lines = rateLinesOf(transportAt("acme"), tenantNamed("acme"), 600);

    expect(lines).toEqual({ main: expect.objectContaining({ scope: "acme", id: "relay", perMinute: 600 }) });
  });
});
