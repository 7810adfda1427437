import { isIPv4, isIPv6 } from "node:net";
import { type Network, networkOf } from "./network.ts";

/** All that IANA has given out as global unicast; `::1`, `fc00::/7`, `::ffff:0:0/96` and the like lie outside. */
const GLOBAL_UNICAST_V6 = networkOf("2000::", 3);

/**
 * Addresses that look public and are not: IANA's special-purpose registries for IPv4 and IPv6 (read 2026-11-20), and
 * the platform address of a large cloud. IPv6 only needs those within {@link GLOBAL_UNICAST_V6}; ranges that wrap an
 * IPv4 address (6to4, Teredo) are refused whole, whatever they wrap.
 */
const SPECIAL: readonly Network[] = [
  networkOf("0.0.0.0", 8), // "this network", RFC 791: Linux connects to itself
  networkOf("10.0.0.0", 8), // private, RFC 1918
  networkOf("100.64.0.0", 10), // carrier-grade NAT, RFC 6598
  networkOf("127.0.0.0", 8), // loopback, RFC 1122
  networkOf("168.63.129.16", 32), // Azure's platform services
  networkOf("169.254.0.0", 16), // link-local, RFC 3927: instance metadata
  networkOf("172.16.0.0", 12), // private, RFC 1918
  networkOf("192.0.0.0", 24), // IETF protocols, RFC 6890
  networkOf("192.0.2.0", 24), // documentation, RFC 5737
  networkOf("192.31.196.0", 24), // AS112, RFC 7535
  networkOf("192.52.193.0", 24), // AMT, RFC 7450
  networkOf("192.88.99.0", 24), // 6to4 relays, RFC 7526
  networkOf("192.168.0.0", 16), // private, RFC 1918
  networkOf("192.175.48.0", 24), // AS112, RFC 7534
  networkOf("198.18.0.0", 15), // benchmarks, RFC 2544
  networkOf("198.51.100.0", 24), // documentation, RFC 5737
  networkOf("203.0.113.0", 24), // documentation, RFC 5737
  networkOf("224.0.0.0", 4), // multicast, RFC 5771
  networkOf("240.0.0.0", 4), // reserved, RFC 1112, and broadcast
  networkOf("2001::", 23), // IETF protocols, RFC 2928: Teredo, ORCHID, benchmarks
  networkOf("2001:db8::", 32), // documentation, RFC 3849
  networkOf("2002::", 16), // 6to4, RFC 3056
  networkOf("2620:4f:8000::", 48), // AS112, RFC 7534
  networkOf("3ffe::", 16), // the former 6bone, RFC 3701
  networkOf("3fff::", 20), // documentation, RFC 9637
];

/** Whether a text is an IP address of a host on the public internet. A scoped address (`fe80::1%eth0`) never is. */
export const isPublicAddress = (address: string): boolean => {
  const isUnicast = isIPv4(address) || (isIPv6(address) && !address.includes("%") && GLOBAL_UNICAST_V6(address));
  return isUnicast && !SPECIAL.some((network) => network(address));
};
