import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DigestContent } from "../../shared/domain/digest-content.ts";
import type { PipelineEvent } from "../../shared/domain/event.ts";
import type { Scope } from "../../shared/domain/scope.ts";
import { renderDigest } from "../../shared/templates/digest.ts";
import { LIGHT } from "../../shared/templates/palette.ts";
import { anyEvent } from "./hostile-event.ts";
import { linksOf, readHtml } from "./read-html.ts";
import { sampleEvent } from "./sample-event.ts";

/** Gmail clips a message at 102 kB; this leaves room for what a sender may add. */
const MAX_HTML_BYTES = 95_000;

const digestOf = (events: readonly PipelineEvent[], different: Partial<DigestContent> = {}): DigestContent => ({
  id: "digest-1",
  scope: "acme" as Scope,
  events,
  more: 0,
  ...different,
});

/** The event of one run, a minute after that of the run before it. */
const runOf = (number: number, different: Partial<PipelineEvent> = {}): PipelineEvent =>
  sampleEvent({
    id: `evt-${number}`,
    run: { id: String(number), number, url: `https://ci.acme.example/${number}` },
    time: new Date(Date.UTC(2026, 10, 20, 14, number)).toISOString(),
    message: undefined,
    ...different,
  });

const SUCCESS = { type: "PipelineSuccess", severity: "success" } as const;

const TWELVE = Array.from({ length: 12 }, (_, at) => runOf(at, at % 4 === 0 ? {} : SUCCESS));

describe("a digest", () => {
  const mail = renderDigest(digestOf(TWELVE));
  const parts = [readHtml(mail.html).text, mail.text];

  test("ends, in both parts, with the link to unsubscribe if there is one", () => {
    const link = "https://api.tidings.example/v1/unsubscribe/AbC-_123";

    const linked = renderDigest(digestOf(TWELVE), undefined, link);

    expect(linksOf(readHtml(linked.html)).at(-1)).toBe(link);
    expect(linked.text).toMatch(/\nUnsubscribe:\nhttps:\S+AbC-_123\n$/);
    expect(mail.html + mail.text).not.toMatch(/unsubscribe/i);
  });

  test("says in its subject how many events of what, the worst first", () => {
    expect(mail.subject).toBe("12 events of Build API: 3 failed, 9 succeeded");
  });

  test("counts by severity and says the span of time, in both parts", () => {
    expect(mail.text).toContain(
      "Errors: 3\nSuccesses: 9\nFirst: 20 Nov 2026, 14:00:00 UTC\nLast: 20 Nov 2026, 14:11:00 UTC\n",
    );
    for (const fact of ["Errors", "Successes", "20 Nov 2026, 14:00:00 UTC"]) expect(parts[0]).toContain(fact);
  });

  test("lists each event once with what happened, when, and where to look, in both parts", () => {
    for (const part of parts) {
      for (const { run } of TWELVE) expect(part.match(new RegExp(`Build API #${run?.number}\\b`, "g"))).toHaveLength(1);
      expect(part).toContain("Failed: Build API #8 · Deploy");
      expect(part).toContain("20 Nov 2026, 14:08:00 UTC");
    }
    expect(linksOf(readHtml(mail.html)).toSorted()).toEqual(TWELVE.map(({ run }) => run?.url ?? "").toSorted());
    for (const { run } of TWELVE) expect(mail.text).toContain(`\n  ${run?.url}\n`);
  });

  test("lists the worst first, and of these the newest", () => {
    const order = [...mail.text.matchAll(/^\* \w+: Build API #(\d+)/gm)].map(([, number]) => Number(number));

    expect(order).toEqual([8, 4, 0, 11, 10, 9, 7, 6, 5, 3, 2, 1]);
  });

  test("has the colours of its worst event", () => {
    const bands = readHtml(mail.html).tags.filter(({ attributes }) => attributes.bgcolor === LIGHT.tones.error.tint);

    expect(bands).toHaveLength(1);
  });

  test("says why it comes and what it is called", () => {
    expect(mail.text).toContain("You receive this because a notification rule for acme includes you.");
    expect(mail.text).toContain("Sent by Tidings · digest digest-1");
  });

  test("is the same in whatever order the events come", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(TWELVE, { minLength: TWELVE.length }), (events) => {
        expect(renderDigest(digestOf(events))).toEqual(mail);
      }),
      { numRuns: 20 },
    );
  });

  test("speaks of its scope when the events are about several pipelines, and of one event as one", () => {
    const other = runOf(1, { pipeline: { id: "web" } });

    expect(renderDigest(digestOf([runOf(0), other])).subject).toBe("2 events of acme: 2 failed");
    expect(renderDigest(digestOf([other])).subject).toBe("1 event of web: 1 failed");
  });

  test("counts the rarer kinds together", () => {
    const types = ["StageFailed", "StepFailed", "ApprovalRejected", "TriggerFailed", "TriggerFailed"];
    const events = types.map((type, at) => runOf(at, { type }));

    expect(renderDigest(digestOf(events, { more: 2 })).subject).toMatch(/^7 events of Build API: .*, 3 more$/);
  });

  test("says the brand's time and name", () => {
    const { text } = renderDigest(digestOf(TWELVE), {
      scope: "acme" as Scope,
      name: "Acme",
      timezone: "Europe/Vienna",
    });

    expect(text).toContain("First: 20 Nov 2026, 15:00:00 CET");
    expect(text).toContain("Sent by Acme · digest digest-1");
  });
});

describe("a digest of many events", () => {
  test("lists fifty and says how many more there are, also of those it was not given", () => {
    const events = Array.from({ length: 60 }, (_, at) => runOf(at));

    const mail = renderDigest(digestOf(events, { more: 940 }));

    expect(mail.subject).toBe("1000 events of Build API: 60 failed, 940 more");
    for (const part of [readHtml(mail.html).text, mail.text]) {
      expect(part.match(/Failed: Build API #/g)).toHaveLength(50);
      expect(part).toContain("and 950 more");
    }
  });

  test.each(["&", '"', "😀", "漢", "\n.", "x"])("stays below what Gmail clips when all is full of %j", (fill) => {
    const text = fill.repeat(1_000);
    const subject = { id: text, name: text, url: `https://ci.example/?${"&".repeat(110)}` };
    const events = Array.from({ length: 1_000 }, (_, at) =>
      runOf(at, {
        pipeline: subject,
        stage: subject,
        run: { ...subject, id: `${at}` },
        message: text,
        type: "StageFailed",
      }),
    );

    const mail = renderDigest(digestOf(events));

    expect(Buffer.byteLength(mail.html)).toBeLessThan(MAX_HTML_BYTES);
    expect(mail.text.match(/^\* /gm)?.length).toBeGreaterThanOrEqual(12);
  });

  test("is well-formed whatever the events hold, and of one visible line in the subject", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 6 }), (events) => {
        const { html, text, subject } = renderDigest(digestOf(events));

        for (const link of linksOf(readHtml(html))) expect(link).toMatch(/^https?:\/\/[^@/]+\//);
        expect(html + text).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\u202A-\u202E\u2066-\u2069]/u);
        expect(subject).toMatch(/^[^\p{Cc}\p{Cs}\u2028\u2029]{1,240}$/u);
      }),
      { numRuns: 200 },
    );
  });
});
