import { describe, expect, test } from "vitest";
import { webLink } from "../../shared/templates/web-link.ts";

describe("a web link", () => {
  test.each([
    ["https://ci.acme.example/run/512?a=1&b=2#log", "https://ci.acme.example/run/512?a=1&b=2#log"],
    ["http://localhost:8080", "http://localhost:8080/"],
    ["https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"],
    ['https://ci.example/"<b>', "https://ci.example/%22%3Cb%3E"],
  ])("is normalised: %s", (text, link) => {
    expect(webLink(text)).toBe(link);
  });

  test.each([
    ["no address", "see the log"],
    ["a relative one", "/run/512"],
    ["a script", "javascript:alert(1)"],
    ["a script in disguise", " java\nscript:alert(1)"],
    ["a data URL", "data:text/html,x"],
    ["a file", "file:///etc/passwd"],
    ["one that feigns a host or shows a password", "https://github.com:secret@evil.example/"],
    ["a longer one than mails can carry", `https://ci.example/${"x".repeat(2_048)}`],
    ["one that is too long once it is escaped", `https://ci.example/?${"&".repeat(500)}`],
    ["nothing", undefined],
  ])("is not made of %s", (_, text) => {
    expect(webLink(text)).toBeUndefined();
  });
});
