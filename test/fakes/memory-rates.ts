import { type RateLine, reserveSlots } from "../../shared/domain/rate.ts";
import type { Rates } from "../../shared/flow/waiting-ports.ts";

/** Rates in memory, as the table keeps them: see `test/store/rate-store.test.ts`. */
export const createMemoryRates = (): Rates => {
  const lines = new Map<string, RateLine>();
  return {
    async reserve(slots, now) {
      const key = `${slots.scope}#${slots.id}`;
      const { slotsMs, line } = reserveSlots(lines.get(key), now.getTime(), 1, slots);
      lines.set(key, line);
      return slotsMs[0] === undefined ? undefined : new Date(slotsMs[0]);
    },
  };
};
