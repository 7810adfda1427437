import { describe, expect, test } from "vitest";
import { smtpProxy } from "../../../shared/contracts/bodies/smtp-proxy.ts";
import { parseBody } from "../../../shared/contracts/parse-body.ts";
import { issuesOf } from "../issues-of.ts";

describe("proxy", () => {
  test.each([
    { url: "http://proxy.acme.example:3128", kept: "http://proxy.acme.example:3128" },
    { url: "HTTPS://Proxy.Acme.Example:443/", kept: "https://proxy.acme.example:443" },
    { url: "socks5://10.0.0.1:1080", kept: "socks5://10.0.0.1:1080" },
    { url: "http://[FD00::1]:80", kept: "http://[fd00::1]:80" },
    { url: "http://proxy.bücher.example:8080", kept: "http://proxy.xn--bcher-kva.example:8080" },
  ])("is kept in one spelling: $url", ({ url, kept }) => {
    expect(parseBody(smtpProxy, { url })).toEqual({ url: kept, username: null });
  });

  test.each([
    { username: undefined, kept: null },
    { username: null, kept: null },
    { username: "", kept: null },
    { username: " p ", kept: "p" },
  ])("has the login $kept when $username is given", ({ username, kept }) => {
    expect(parseBody(smtpProxy, { url: "http://p.example:1", username }).username).toBe(kept);
  });

  test.each([
    "",
    "proxy.acme.example",
    "proxy.acme.example:3128",
    "http://proxy.acme.example",
    "ftp://proxy.acme.example:21",
    "socks4://proxy.acme.example:1080",
    "http://proxy.acme.example:0",
    "http://proxy.acme.example:65536",
    "http://proxy.acme.example:3128/path",
    "http://proxy.acme.example:3128?x",
    "http://proxy.acme.example:3128#x",
    "http://0x7f000001:3128",
    "http://[::1:3128",
    "http://:3128",
    "http://a b:3128",
  ])("is refused as %j, with the form that is right", (url) => {
    expect(issuesOf(smtpProxy, { url })).toEqual([
      'url: must be http://, https:// or socks5:// with a host and a port, such as "http://proxy.example.org:3128"',
    ]);
  });

  test("is refused with a login in its URL, which is not repeated", () => {
    const issues = issuesOf(smtpProxy, { url: "http://p:c4n4ry@proxy.acme.example:3128" });

    expect(issues).toEqual([
      'url: must not hold a login: give "username" beside it, and the password as proxyPassword among the credentials',
    ]);
  });

  test.each([
    { body: {}, issue: "url: is required and must be a text" },
    { body: { url: "http://p.example:1", username: "a:b" }, issue: 'username: must not hold ":"' },
    {
      body: { url: "http://p.example:1", username: "x".repeat(256) },
      issue: "username: must have at most 255 characters",
    },
    { body: { url: "http://p.example:1", password: "c4n4ry" }, issue: "password: is not a known field: leave it out" },
  ])("is refused as $body", ({ body, issue }) => {
    expect(issuesOf(smtpProxy, body)).toEqual([issue]);
  });
});
