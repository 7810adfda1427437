import { BURST_MS, LINE_MS, type LineRule } from "./rate.ts";
import { type Scope, SYSTEM, type Tenant } from "./scope.ts";
import type { Transport } from "./transport.ts";

/** A line of slots, told apart by scope and id. */
export interface SlotLine extends LineRule {
  readonly scope: Scope;
  readonly id: string;
}

/** The lines of a transport with a rate. */
export interface RateLines {
  /** For everybody. */
  readonly main: SlotLine;
  /** Past the main line, at once, for tenants that send little; absent where all mails are one tenant's. */
  readonly quick?: { readonly line: SlotLine; readonly allowance: SlotLine } | undefined;
}

/** Part of a shared rate that is kept for tenants that send little. */
const QUICK_SHARE = 0.1;

/** Mails of the quick line go at once or not by it. Both lines' bursts together are a tenth of a minute's mails. */
const QUICK_BURST_MS = 15_000;

/**
 * Part of a shared rate that each tenant may take of the quick line in the long run: with a fiftieth of that line, fifty
 * tenants with thousands of mails each do not use it up.
 */
const ALLOWANCE_SHARE = QUICK_SHARE / 50;

/** Mails a minute that a tenant may send by the quick line at least: one in ten minutes. */
const LEAST_ALLOWANCE = 0.1;

/** The mails of so long a time may come all at once, since one event has several recipients. */
const ALLOWANCE_BURST_MS = 10 * 60_000;

/** Rates below this, in mails a minute, are too small to be parted. */
const LEAST_SHARED_RATE = 10;

/**
 * The lines of a transport that may send so many mails a minute. The root's is shared by all tenants without settings of
 * their own: there a tenant with thousands of mails fills the main line for a long time, and others pass it by a line of
 * their own, each with a few mails a minute. Together they give away what the rate allows; in any minute at most a tenth
 * more, and two mails.
 */
export const rateLinesOf = ({ scope, id }: Transport, tenant: Tenant, perMinute: number): RateLines => {
  const main = { scope, id, burstMs: BURST_MS, lengthMs: LINE_MS };
  if (scope !== SYSTEM || perMinute < LEAST_SHARED_RATE) return { main: { ...main, perMinute } };
  return {
    main: { ...main, perMinute: perMinute * (1 - QUICK_SHARE) },
    quick: {
      line: { ...main, id: `${id}#quick`, perMinute: perMinute * QUICK_SHARE, ...onlyNow(QUICK_BURST_MS) },
      allowance: {
        scope: tenant,
        id: `${id}#allowance`,
        perMinute: Math.max(LEAST_ALLOWANCE, perMinute * ALLOWANCE_SHARE),
        ...onlyNow(ALLOWANCE_BURST_MS),
      },
    },
  };
};

/** No slot is given away ahead of its time: whoever finds none goes elsewhere. */
const onlyNow = (burstMs: number) => ({ burstMs, lengthMs: burstMs });
