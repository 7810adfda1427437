import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPublicAddress } from "../../shared/domain/public-address.ts";

describe("an address is public", () => {
  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::",
    "2001:db7:ffff::",
    "2001:db9::",
    "2003::",
    "2606:4700::1111",
    "2a00:1450:4001::1b",
    "3ffd::1",
  ])("%s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("an address is not public", () => {
  test.each([
    ["this network", "0.0.0.0", "0.255.255.255"],
    ["private 10/8", "10.0.0.0", "10.255.255.255"],
    ["carrier-grade NAT", "100.64.0.0", "100.127.255.255"],
    ["loopback", "127.0.0.0", "127.255.255.255"],
    ["a cloud's platform address", "168.63.129.16", "168.63.129.16"],
    ["link-local and metadata", "169.254.0.0", "169.254.255.255"],
    ["private 172.16/12", "172.16.0.0", "172.31.255.255"],
    ["IETF protocols", "192.0.0.0", "192.0.0.255"],
    ["documentation 1", "192.0.2.0", "192.0.2.255"],
    ["AS112 redirection", "192.31.196.0", "192.31.196.255"],
    ["AMT", "192.52.193.0", "192.52.193.255"],
    ["6to4 relays", "192.88.99.0", "192.88.99.255"],
    ["private 192.168/16", "192.168.0.0", "192.168.255.255"],
    ["AS112", "192.175.48.0", "192.175.48.255"],
    ["benchmarks", "198.18.0.0", "198.19.255.255"],
    ["documentation 2", "198.51.100.0", "198.51.100.255"],
    ["documentation 3", "203.0.113.0", "203.0.113.255"],
    ["multicast", "224.0.0.0", "239.255.255.255"],
    ["reserved and broadcast", "240.0.0.0", "255.255.255.255"],
    ["IPv6 unspecified and loopback", "::", "::1"],
    ["IPv4-compatible", "::7f00:1", "::8.8.8.8"],
    ["IPv4-mapped", "::ffff:127.0.0.1", "::ffff:808:808"],
    ["IPv4-translated", "::ffff:0:7f00:1", "::ffff:0:808:808"],
    ["NAT64", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8"],
    ["local NAT64", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"],
    ["discard", "100::", "100::ffff:ffff:ffff:ffff"],
    ["below global unicast", "1fff::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["IETF protocols and Teredo", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["IPv6 documentation", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["6to4", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["AS112 over IPv6", "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff"],
    ["6bone", "3ffe::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["new documentation", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["above global unicast", "4000::", "5f00::1"],
    ["unique local", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["IPv6 link-local", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["site-local", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["IPv6 multicast", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ])("in %s: %s to %s", (_, first, last) => {
    expect(isPublicAddress(first)).toBe(false);
    expect(isPublicAddress(last)).toBe(false);
  });

  test.each([
    "",
    "localhost",
    "8.8.8",
    "08.8.8.8",
    "8.8.8.8 ",
    "8.8.8.8\0",
    "2606:4700::1111%eth0",
    "[2606:4700::1111]",
  ])("when the text is %j, which is none", (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  test("when an IPv4 address of any kind is wrapped into IPv6", () => {
    const byte = fc.nat(255);
    const wrappers = fc.constantFrom("::", "::ffff:", "::ffff:0:", "64:ff9b::");

    fc.assert(
      fc.property(wrappers, fc.tuple(byte, byte, byte, byte), (wrapper, bytes) => {
        expect(isPublicAddress(`${wrapper}${bytes.join(".")}`)).toBe(false);
      }),
    );
  });
});
