import { isIP, isIPv4 } from "node:net";
import { parseMailHost } from "./mail-host.ts";
import { type Network, networkOf, parseNetwork } from "./network.ts";

/** What the operator lets tenants connect to although it is not public: a host by name or addresses, at one port. */
export type AllowedTarget =
  | { readonly port: number; readonly host: string }
  | { readonly port: number; readonly network: Network };

/** IPv6 stands in brackets, so that the last colon is the port's. */
const TARGET = /^(?:\[([^\]%]+)\]|([^:[\]]+)):(\d{1,5})$/;

/** `relay:25`, `10.0.0.0/8:25` or `[fd00::/8]:25` as a target; undefined when the text is none. */
export const parseAllowedTarget = (text: string): AllowedTarget | undefined => {
  const [, bracketed, plain = "", digits] = TARGET.exec(text) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535)) return undefined;
  const network = networkIn(bracketed ?? plain);
  if (network !== undefined) return { port, network };
  const host = parseMailHost(plain);
  return host === undefined ? undefined : { port, host: host.host };
};

/** A network, or a single address as a network of one. */
const networkIn = (text: string): Network | undefined =>
  isIP(text) === 0 ? parseNetwork(text) : networkOf(text, isIPv4(text) ? 32 : 128);
