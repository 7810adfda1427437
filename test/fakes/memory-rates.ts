import { reserveSlots } from "../../shared/domain/rate.ts";
import type { Rates } from "../../shared/flow/waiting-ports.ts";

/** Rates in memory, as the table keeps them: see `test/store/rate-store.test.ts`. */
export const createMemoryRates = (): Rates => {
  const free = new Map<string, number>();
  return {
    async reserve({ scope, id }, perMinute, now) {
      const key = `${scope}#${id}`;
      const { slotsMs, freeAtMs } = reserveSlots(free.get(key) ?? 0, now.getTime(), 1, perMinute);
      free.set(key, freeAtMs);
      return new Date(slotsMs[0] ?? now);
    },
  };
};
