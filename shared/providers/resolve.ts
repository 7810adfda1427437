import { lookup } from "node:dns/promises";

/** Finds all addresses of a host, IPv4 and IPv6, the preferred one first. Rejects or finds none for an unknown name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Asks the system: hosts file and DNS, in the order in which the system's own programs would try them. */
export const resolveAll: Resolve = async (host) => {
  const found = await lookup(host, { all: true, order: "verbatim" });
  return found.map((entry) => entry.address);
};

/** As `resolve`, but rejects when the signal fires first. The system's lookup cannot be stopped, only left behind. */
export const resolveUntil = (resolve: Resolve, host: string, signal: AbortSignal): Promise<readonly string[]> => {
  const found = resolve(host);
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return Promise.race([interrupted, found]);
};
