import { describe, expect, test } from "vitest";
import { explainHost, parseMailHost } from "../../shared/domain/mail-host.ts";

describe("a mail server's host", () => {
  test.each([
    ["smtp.example.org", "name", "smtp.example.org"],
    ["SMTP.Example.ORG", "name", "smtp.example.org"],
    ["smtp.münchen.de", "name", "smtp.xn--mnchen-3ya.de"],
    ["localhost", "local", "localhost"],
    ["Relay-1", "local", "relay-1"],
    ["10.0.0.25", "address", "10.0.0.25"],
    ["FD00::25", "address", "fd00::25"],
  ])("%s is a host of kind %s", (text, kind, host) => {
    expect(parseMailHost(text)).toEqual({ kind, host });
    expect(explainHost(text)).toBeUndefined();
  });

  test.each([
    "",
    " ",
    ".",
    "smtp.example.org.",
    "localhost.",
    "smtp..example.org",
    "smtp.example.org:25",
    "smtp://smtp.example.org",
    "smtp.example.org/x",
    "user@smtp.example.org",
    "smtp.exam_ple.org",
    "smtp.example.org\0",
    "smtp.example.org\r\n",
    " smtp.example.org",
    "smtp%2eexample.org",
    "[::1]",
    "fe80::1%eth0",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "127.1",
    "127.0.0.1.",
    "127.0.0.1\0x",
    "256.0.0.1",
    "①②⑦.⓪.⓪.①",
    "１２７.０.０.１",
    "127。0。0。1",
    "1.2.3.0x4",
  ])("%j can never be one, and the reason is said", (text) => {
    expect(parseMailHost(text)).toBeUndefined();
    expect(explainHost(text)).toMatch(/^must /);
  });
});
