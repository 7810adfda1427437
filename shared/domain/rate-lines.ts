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

/** Mails of the quick line go at once or not by it. With the main line's burst that is a tenth of a minute's mails. */
const QUICK_BURST_MS = 15_000;

/** Part of a shared rate up to which a tenant sends little. */
const ALLOWANCE_SHARE = 0.02;

/** A tenant's mails of a minute may come all at once: one event has several recipients. */
const ALLOWANCE_BURST_MS = 60_000;

/**
 * The lines of a transport that may send so many mails a minute. The root's is shared by all tenants without settings of
 * their own: there a tenant with thousands of mails fills the main line for a long time, and others pass it by a line of
 * their own, each with a few mails a minute. Together they give away what the rate allows and no more.
 */
export const rateLinesOf = ({ scope, id }: Transport, tenant: Tenant, perMinute: number): RateLines => {
  const main = { scope, id, burstMs: BURST_MS, lengthMs: LINE_MS };
  if (scope !== SYSTEM) return { main: { ...main, perMinute } };
  return {
    main: { ...main, perMinute: perMinute * (1 - QUICK_SHARE) },
    quick: {
      line: { ...main, id: `${id}#quick`, perMinute: perMinute * QUICK_SHARE, ...onlyNow(QUICK_BURST_MS) },
      allowance: {
        scope: tenant,
        id: `${id}#allowance`,
        perMinute: Math.max(1, perMinute * ALLOWANCE_SHARE),
        ...onlyNow(ALLOWANCE_BURST_MS),
      },
    },
  };
};

/** No slot is given away ahead of its time: whoever finds none goes elsewhere. */
const onlyNow = (burstMs: number) => ({ burstMs, lengthMs: burstMs });
