import { BlockList, isIP, isIPv4 } from "node:net";

/** A set of IP addresses, as the question whether a text is one of them. Anything that is no address is not. */
export type Network = (address: string) => boolean;

const familyOf = (address: string): "ipv4" | "ipv6" => (isIPv4(address) ? "ipv4" : "ipv6");

/**
 * The network that shares the first `length` bits of `base`. An IPv4 address written as an IPv6 one
 * (`::ffff:10.0.0.1`) counts as the IPv4 address; an IPv6 network has no IPv4 addresses in it.
 * @throws when `base` is no address or `length` too long for it.
 */
export const networkOf = (base: string, length: number): Network => {
  const list = new BlockList();
  list.addSubnet(base, length, familyOf(base));
  const families = isIPv4(base) ? [4, 6] : [6];
  return (address) => families.includes(isIP(address)) && list.check(address, familyOf(address));
};

/** Reads `10.0.0.0/8` or `2001:db8::/32`; undefined for anything else. */
export const parseNetwork = (text: string): Network | undefined => {
  const [, base = "", length = ""] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(text) ?? [];
  if (isIP(base) === 0 || Number(length) > (isIPv4(base) ? 32 : 128)) return undefined;
  return networkOf(base, Number(length));
};
