import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUILT_IN_MESSAGES } from "../../shared/domain/message.ts";
import type { Scope } from "../../shared/domain/scope.ts";
import { renderMessage } from "../../shared/templates/message.ts";
import { renderText } from "../../shared/templates/text-mail.ts";
import { anyText } from "./hostile-event.ts";
import { linksOf, readHtml } from "./read-html.ts";

const FROM = { id: "msg-1", scope: "acme" as Scope };
const URL = "https://acme.example/x?a=1&b=2";
const EXPIRES = { expiresAt: "2026-11-27T12:00:00Z" };

const CASES = [
  {
    template: "invitation",
    data: { inviter: "Grace", team: "Acme", url: URL, message: "Join us,\nplease.", ...EXPIRES },
    subject: "Grace invites you to Acme",
    says: [
      "Invitation",
      "Grace invites you to join Acme",
      "Join us,",
      "Accept invitation",
      "27 Nov 2026, 12:00:00 UTC",
    ],
  },
  {
    template: "confirmation",
    data: { code: "481 516", url: URL, ...EXPIRES },
    subject: "Confirm your e-mail address",
    says: ["Confirm that this e-mail address is yours", "481 516", "Confirm address", "you can ignore this mail"],
  },
  {
    template: "password-reset",
    data: { url: URL, ...EXPIRES },
    subject: "Reset your password",
    says: ["Choose a new password", "Reset password", "your password stays as it is", "27 Nov 2026, 12:00:00 UTC"],
  },
  {
    template: "report",
    data: {
      title: "Deployments",
      period: "week 47",
      summary: "All well.",
      url: URL,
      rows: [{ label: "Runs", value: 12 }],
    },
    subject: "Deployments: week 47",
    says: ["Deployments, week 47", "All well.", "Runs", "12", "View report"],
  },
  {
    template: "welcome-pack",
    data: { url: URL, first: "Ada", seats: 3, nested: { hidden: "nested-value" } },
    subject: "Welcome pack",
    says: ["Welcome pack", "first", "Ada", "seats", "3", "Open"],
  },
];

describe.each(CASES)("the message $template", ({ template, data, subject, says }) => {
  const mail = renderMessage({ ...FROM, template, data });
  const html = readHtml(mail.html);

  test("has its subject", () => {
    expect(mail.subject).toBe(subject);
  });

  test.each([...says, "You receive this because acme sent it to your address.", "message msg-1"])(
    "says in both parts: %s",
    (words) => {
      expect(html.text).toContain(words);
      expect(mail.text.replaceAll("\n", " ")).toContain(words);
    },
  );

  test("has one button, with the page in both parts", () => {
    expect(new Set(linksOf(html))).toEqual(new Set([URL]));
    expect(mail.text).toContain(`\n${URL}\n`);
  });

  test("carries its brand", () => {
    const branded = renderMessage(
      { ...FROM, template, data },
      { scope: FROM.scope, name: "Acme", footer: "Acme GmbH" },
    );

    expect(branded.text).toContain("Acme GmbH\nSent by Acme · message msg-1");
  });
});

describe("the code of a confirmation", () => {
  test("stays out of the subject and of what an inbox shows", () => {
    const { subject, html } = renderMessage({ ...FROM, template: "confirmation", data: { code: "481516" } });

    expect(subject).not.toContain("481516");
    expect(readHtml(html).text.match(/481516/g)).toHaveLength(1);
  });
});

describe("any message whatever", () => {
  const anyData = fc.dictionary(
    fc.constantFrom(
      "inviter",
      "team",
      "url",
      "code",
      "expiresAt",
      "message",
      "title",
      "period",
      "summary",
      "rows",
      "x",
    ),
    fc.oneof(anyText, fc.jsonValue(), fc.array(fc.record({ label: anyText, value: anyText, url: anyText }))),
  );

  test("is well-formed, links to web pages only, and has a subject of one line", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...BUILT_IN_MESSAGES), anyText), anyData, (template, data) => {
        const { html, text, subject } = renderMessage({ ...FROM, template, data });

        for (const link of linksOf(readHtml(html))) expect(link).toMatch(/^https?:\/\/[^@/]+\//);
        expect(html + text).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\u202A-\u202E\u2066-\u2069]/u);
        expect(subject).toMatch(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u);
        expect([...subject].length).toBeLessThanOrEqual(120);
      }),
      { numRuns: 300 },
    );
  });

  test("keeps the long address of its button, and stays below what Gmail clips", () => {
    const url = `https://acme.example/?token=${"&".repeat(2_000)}`;
    const rows = Array.from({ length: 60 }, (_, at) => ({
      label: "&".repeat(99),
      value: "&".repeat(300),
      url: `${url}${at}`,
    }));

    const { html } = renderMessage({
      ...FROM,
      template: "report",
      data: { title: "T", summary: "&".repeat(9_000), url, rows },
    });

    expect(linksOf(readHtml(html))).toEqual([url]);
    expect(Buffer.byteLength(html)).toBeLessThan(95_000);
  });
});

describe("a person's own text", () => {
  test("is said in both parts and nothing else is", () => {
    const mail = renderText({ subject: "Lunch", text: "Hello,\n\n  at <noon> & later\n" });

    const shown = readHtml(mail.html)
      .text.split("\n")
      .filter((line) => line.trim() !== "");
    expect(mail).toMatchObject({ subject: "Lunch", text: "Hello,\n\n  at <noon> & later\n" });
    expect(shown).toEqual(["Lunch", "Hello, at <noon> & later", "Hello,", "  at <noon> & later"]);
  });

  test("never has an empty subject, control characters or markup of its own", () => {
    fc.assert(
      fc.property(anyText, anyText, (subject, text) => {
        const mail = renderText({ subject, text });

        expect(() => readHtml(mail.html)).not.toThrow();
        expect(mail.subject).toMatch(/^[^\p{Cc}\p{Cs}]+$/u);
        expect(mail.text).not.toMatch(/[^\P{Cc}\n]|\p{Cs}/u);
      }),
    );
  });
});
