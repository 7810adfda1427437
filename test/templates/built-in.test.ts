import { describe, expect, test } from "vitest";
import { EVENT_TYPES, OWN_NOTICES } from "../../shared/domain/event.ts";
import { SEVERITIES } from "../../shared/domain/severity.ts";
import { renderBuiltIn } from "../../shared/templates/built-in.ts";
import { LIGHT, SIGNS } from "../../shared/templates/palette.ts";
import { linksOf, readHtml } from "./read-html.ts";
import { bareEvent, sampleEvent } from "./sample-event.ts";

/** What a reader of any event's mail must find in it. */
const FACTS = [
  "Build API",
  "#512",
  "Deploy",
  "Helm upgrade",
  "UPGRADE FAILED: timed out",
  "exit code 1",
  "main",
  "3f2a9c1e",
  "Ada (ada@acme.example)",
  "20 Nov 2026, 14:30:05 UTC",
  "20 Nov 2026, 14:34:17 UTC",
  "4 min 12 s",
  "CHG-20931",
  "replicas",
  "true",
  "You receive this because a notification rule for acme.eng includes you.",
  "event evt-1",
];

describe.each([...Object.keys(EVENT_TYPES), "ReportReady"])("the mail for %s", (type) => {
  const mail = renderBuiltIn(sampleEvent({ type }));

  test.each(FACTS)("says in both parts: %s", (fact) => {
    const { text } = readHtml(mail.html);

    expect(text).toContain(fact);
    expect(mail.text).toContain(fact);
  });

  test("links to the same pages from both parts, in the text each on a line of its own", () => {
    const links = new Set(linksOf(readHtml(mail.html)));

    const lines = mail.text.split("\n").map((line) => line.trim());
    expect(new Set(lines.filter((line) => line.startsWith("https://")))).toEqual(links);
    expect(links.size).toBe(4);
  });

  test("leaves out what is nested in the data", () => {
    expect(mail.html + mail.text).not.toContain("nested-value");
  });
});

describe("the mail for an event that says little", () => {
  test("has the time of the event and neither message, button nor details", () => {
    const mail = renderBuiltIn(bareEvent("PipelineFailed"));

    expect(linksOf(readHtml(mail.html))).toEqual([]);
    expect(mail.text).toBe(
      [
        "[Failed]",
        "A pipeline of acme.eng failed",
        "",
        "Time: 20 Nov 2026, 14:34:18 UTC",
        "",
        "-- ",
        "You receive this because a notification rule for acme.eng includes you.",
        "Sent by Tidings · PipelineFailed · event evt-1",
        "",
      ].join("\n"),
    );
  });
});

describe("the mail of somebody who may unsubscribe", () => {
  const LINK = "https://api.tidings.example/v1/unsubscribe/AbC-_123";

  test("ends, in both parts, with the link to do so", () => {
    const mail = renderBuiltIn(sampleEvent(), undefined, LINK);

    const document = readHtml(mail.html);
    expect(linksOf(document).at(-1)).toBe(LINK);
    expect(document.text.trimEnd()).toMatch(/\nUnsubscribe$/);
    expect(mail.text).toMatch(/\nUnsubscribe:\nhttps:\S+AbC-_123\n$/);
  });

  test("says all else as the mail of anybody", () => {
    const [mail, other] = [renderBuiltIn(sampleEvent(), undefined, LINK), renderBuiltIn(sampleEvent())];

    expect(mail.text.replace(`\nUnsubscribe:\n${LINK}`, "")).toBe(other.text);
    expect(other.html + other.text).not.toMatch(/unsubscribe/i);
  });
});

describe("the colours of a mail", () => {
  test.each(SEVERITIES)("follow the severity %s, whatever the type", (severity) => {
    const { html } = renderBuiltIn(sampleEvent({ severity }));

    const bands = readHtml(html).tags.filter(({ attributes }) => attributes.bgcolor === LIGHT.tones[severity].tint);
    expect(bands).toHaveLength(1);
    expect(readHtml(html).text).toContain(SIGNS[severity]);
  });

  test("are all given inline too, for clients that drop the style sheet", () => {
    const { html } = renderBuiltIn(sampleEvent());

    const classes = readHtml(html).tags.filter(({ attributes }) => attributes.class !== undefined);
    for (const { attributes } of classes) expect(attributes.style).toMatch(/(?:color|border-top):/);
  });
});

describe("the message", () => {
  test("keeps its lines and indentation in both parts", () => {
    const mail = renderBuiltIn(sampleEvent({ message: "Error:\n  at deploy\n\n  at main" }));

    expect(mail.html).toContain("Error:<br>  at deploy<br><br>  at main<");
    expect(mail.text).toContain("\n  Error:\n    at deploy\n\n    at main\n");
  });

  test("is what an inbox shows beside the subject; without one the headline is", () => {
    const withMessage = readHtml(renderBuiltIn(sampleEvent({ message: "exit\ncode 1" })).html);
    const without = readHtml(renderBuiltIn(sampleEvent({ message: undefined })).html);

    expect(withMessage.text).toContain("exit code 1");
    expect(without.text.match(/Build API #512 failed in stage Deploy/g)).toHaveLength(2);
  });
});

describe("the publisher's data", () => {
  test("shows its first ten plain values, a web address as a link", () => {
    const data = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`key${at}`, `https://x.example/${at}`]));

    const mail = renderBuiltIn(bareEvent("ReportReady"));
    const withData = renderBuiltIn({ ...bareEvent("ReportReady"), data: { list: [1], none: null, ...data } });

    expect(linksOf(readHtml(mail.html))).toEqual([]);
    expect(linksOf(readHtml(withData.html))).toEqual(Object.values(data).slice(0, 10));
  });
});

describe("the text part", () => {
  test("breaks lines at 76 characters between words", () => {
    const branch = "word ".repeat(39).trim();

    const { text } = renderBuiltIn(sampleEvent({ branch }));

    expect(text.split("\n").every((line) => line.length <= 76)).toBe(true);
    expect(text.replace(/\n {2}/g, " ")).toContain(`Branch: ${branch}\n`);
  });

  test("keeps a word that is longer than a line whole, on a line of its own", () => {
    const branch = "x".repeat(90);

    const { text } = renderBuiltIn(sampleEvent({ branch }));

    expect(text).toContain(`Branch:\n  ${branch}\n`);
  });
});

test.each(Object.values(OWN_NOTICES))("the mail for %s says whom it is for: those behind the mail settings", (type) => {
  const mail = renderBuiltIn(sampleEvent({ type }));

  expect(mail.text).toContain("You receive this because the mail settings of acme.eng name this address.");
  expect(mail.text).not.toContain("notification rule");
});
