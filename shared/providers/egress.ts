import { isIPv4, isIPv6, SocketAddress } from "node:net";
import { type AllowedTarget, parseAllowedTarget } from "../domain/allowed-target.ts";
import { explainHost, type MailHost, parseMailHost } from "../domain/mail-host.ts";
import type { FailureReason } from "../domain/outcome.ts";
import { isPublicAddress } from "../domain/public-address.ts";
import { type Resolve, resolveAll, resolveUntil } from "./resolve.ts";

/** Ports at which mail is handed in (RFC 8314, and 2525 by custom). 25 is for servers among themselves. */
const MAIL_PORTS: ReadonlySet<number> = new Set([465, 587, 2525]);

/** Ports that proxies listen on by custom (SOCKS, Squid, and the common HTTP alternative). Web servers have others. */
const PROXY_PORTS: ReadonlySet<number> = new Set([1080, 3128, 8080]);

/** What a connection is for: to a mail server, or to a proxy on the way there. It decides which ports are ordinary. */
export type Purpose = "mail" | "proxy";

/** May be connected to: at exactly this address, and with a certificate for this name. */
export interface Cleared {
  readonly ok: true;
  readonly address: string;
  /** The host as a name, or the address itself when the settings give one. */
  readonly servername: string;
  /** Whether the operator named this target, and not just the public internet's rules let it through. */
  readonly byOperator: boolean;
}

/** Must not be connected to. The message is for administrators and tells nothing about the network inside. */
export interface Refused {
  readonly ok: false;
  readonly reason: Extract<FailureReason, "target-refused" | "name-not-found" | "timeout">;
  readonly message: string;
}

/** Decides about connections to hosts that tenants name. */
export interface EgressGuard {
  /**
   * Resolves the host once and checks every address it has. The caller connects to the returned address and to nothing
   * else: resolving again would let a name's owner swap the address in between. Never rejects; when `signal` fires
   * before the name is resolved, the reason is `timeout`.
   */
  check(host: string, port: number, signal?: AbortSignal, purpose?: Purpose): Promise<Cleared | Refused>;
}

/**
 * Makes a guard that lets through hosts whose every address is on the public internet, at ports for mail, and what the
 * operator has allowed: a host by name with whatever addresses it has, or addresses whatever names lead to them.
 */
export const createEgressGuard = (deps: {
  readonly allowedTargets: readonly AllowedTarget[];
  readonly resolve?: Resolve;
}): EgressGuard => ({
  check: async (text, port, signal = new AbortController().signal, purpose = "mail") => {
    const host = parseMailHost(text);
    if (host === undefined) return refuse("target-refused", `The host ${explainHost(text)}.`);
    const targets = deps.allowedTargets.filter((target) => target.port === port);
    const ordinary = host.kind === "name" && ORDINARY_PORTS[purpose].has(port);
    if (!ordinary && !targets.some((target) => mayLeadTo(target, host))) {
      // Nothing could let it through, so nothing is looked up.
      return refuse("target-refused", host.kind === "name" ? wordPorts(purpose) : NOT_A_NAME);
    }
    const addresses = await addressesOf(host, deps.resolve ?? resolveAll, signal);
    if (addresses.length === 0) {
      return signal.aborted ? refuse("timeout", TIMED_OUT) : refuse("name-not-found", NOT_FOUND);
    }
    return judge(host, addresses, ordinary, targets);
  },
});

/**
 * Reads the operator's comma list, such as `10.0.0.0/8:25, [fd00::25]:587, relay:2525`.
 * @throws an error that names every entry that is wrong.
 */
export const parseAllowedTargets = (text: string): AllowedTarget[] => {
  const entries = text.split(",").map((entry) => entry.trim());
  if (entries.at(-1) === "") entries.pop();
  const targets = entries.map((entry) => parseAllowedTarget(entry) ?? entry);
  const wrong = targets.filter((target) => typeof target === "string");
  if (wrong.length > 0) {
    const list = wrong.map((entry) => JSON.stringify(entry)).join(", ");
    throw new Error(
      `cannot read the allowed targets ${list}: each must be host:port, address:port or network:port, ` +
        'such as "relay.example.org:25", "10.0.0.0/8:25" or "[fd00::/8]:25"',
    );
  }
  return targets.filter((target) => typeof target !== "string");
};

/**
 * Whether a socket's other end is the address that was cleared. Compares addresses, not spellings: a dual-stack socket
 * shows an IPv4 peer as `::ffff:192.0.2.1`.
 */
export const verifyPeer = (remoteAddress: string | undefined, clearedAddress: string): boolean => {
  const remote = canonical(remoteAddress ?? "");
  return remote !== undefined && remote === canonical(clearedAddress);
};

const NOT_FOUND = "The host's name does not lead to any address.";
const TIMED_OUT = "The host's name could not be looked up in time.";
const NOT_PUBLIC = "The host has an address that is not on the public internet; the operator would have to allow it.";
const NOT_A_NAME = "The host must be a full name such as smtp.example.org; the operator would have to allow others.";

const ORDINARY_PORTS: Readonly<Record<Purpose, ReadonlySet<number>>> = { mail: MAIL_PORTS, proxy: PROXY_PORTS };

const wordPorts = (purpose: Purpose): string =>
  `The port must be ${[...ORDINARY_PORTS[purpose]].join(", ")}; the operator would have to allow others.`;

const refuse = (reason: Refused["reason"], message: string): Refused => ({ ok: false, reason, message });

/** Whether the operator's target could be this host, before its addresses are known. */
const mayLeadTo = (target: AllowedTarget, host: MailHost): boolean => "network" in target || target.host === host.host;

/** Clears a host whose every address is allowed or, at an ordinary port, public: one bad address spoils it. */
const judge = (
  host: MailHost,
  addresses: readonly string[],
  ordinary: boolean,
  targets: readonly AllowedTarget[],
): Cleared | Refused => {
  const byOperator = addresses.every((one) => isAllowed(host, one, targets));
  const cleared =
    byOperator || (ordinary && addresses.every((one) => isAllowed(host, one, targets) || isPublicAddress(one)));
  const [address] = addresses;
  return cleared && address !== undefined
    ? { ok: true, address, servername: host.host, byOperator }
    : refuse("target-refused", NOT_PUBLIC);
};

/** Whether the operator lets the host through at this address. */
const isAllowed = (host: MailHost, address: string, targets: readonly AllowedTarget[]): boolean =>
  targets.some((target) => ("host" in target ? target.host === host.host : target.network(address)));

/** All addresses of the host; none when there are none, when they cannot be found, or not in time. */
const addressesOf = async (host: MailHost, resolve: Resolve, signal: AbortSignal): Promise<readonly string[]> => {
  if (host.kind === "address") return [host.host];
  try {
    return await resolveUntil(resolve, host.host, signal);
  } catch {
    return [];
  }
};

const canonical = (address: string): string | undefined => {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  return new SocketAddress({ address, family: "ipv6" }).address.replace(/^::ffff:(?=\d+\.)/, "");
};
