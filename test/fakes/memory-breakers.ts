import { type Breaker, CLOSED } from "../../shared/domain/breaker.ts";
import type { Transport } from "../../shared/domain/transport.ts";
import type { Breakers } from "../../shared/flow/waiting-ports.ts";

/** Breakers in memory, as the table keeps them: see `test/store/breaker-store.test.ts`. */
export const createMemoryBreakers = (): Breakers & {
  /** Everything that is known, and how often it was changed. */
  readonly all: () => readonly Breaker[];
  readonly writes: () => number;
} => {
  const known = new Map<string, Breaker>();
  let writes = 0;
  const keyOf = ({ scope, id }: Transport) => `${scope}#${id}`;
  return {
    all: () => [...known.values()],
    writes: () => writes,
    read: async (transport) => known.get(keyOf(transport)) ?? CLOSED,
    async change(transport, change) {
      const before = known.get(keyOf(transport)) ?? CLOSED;
      const breaker = change(before);
      if (breaker === before) return { changed: false, breaker };
      writes += 1;
      known.set(keyOf(transport), breaker);
      return { changed: true, breaker };
    },
  };
};
