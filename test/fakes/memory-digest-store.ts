import type { DigestStore } from "../../shared/flow/waiting-ports.ts";

/** Keeps digests in memory, as the table does: see `test/store/digest-store.test.ts`. */
export const createMemoryDigestStore = (): DigestStore => {
  const digests = new Map<string, Set<string>>();
  const closed = new Set<string>();

  const held = (key: string): Set<string> => {
    const found = digests.get(key) ?? new Set();
    digests.set(key, found);
    return found;
  };

  return {
    async add(tenant, id, eventIds, _now, begin) {
      const key = JSON.stringify([tenant, id]);
      if (closed.has(key)) return eventIds.filter((eventId) => !held(key).has(eventId));
      if (held(key).size === 0) await begin();
      for (const eventId of eventIds) held(key).add(eventId);
      return [];
    },

    async close(tenant, id) {
      const key = JSON.stringify([tenant, id]);
      closed.add(key);
      return [...held(key)].sort();
    },
  };
};
