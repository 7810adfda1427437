import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PipelineEvent } from "../../shared/domain/event.ts";
import { renderBuiltIn } from "../../shared/templates/built-in.ts";
import { anyEvent } from "./hostile-event.ts";
import { linksOf, readHtml, type Tag } from "./read-html.ts";
import { sampleEvent } from "./sample-event.ts";

const ELEMENTS = "a body br div h1 head html meta p table td th title tr".split(" ");
const ATTRIBUTES =
  "align aria-hidden bgcolor border cellpadding cellspacing charset class content dir height href lang name rel role scope style target valign width".split(
    " ",
  );
const WITHOUT_END = ["br", "meta"];

/** Gmail clips a message at 102 kB; this leaves room for what a sender may add. */
const MAX_HTML_BYTES = 95_000;

/** Names of the elements left open, or closed in the wrong order. */
const unbalanced = (tags: readonly Tag[]): string[] => {
  const open: string[] = [];
  for (const { name, closing } of tags.filter((tag) => !WITHOUT_END.includes(tag.name))) {
    if (!closing) open.push(name);
    else if (open.pop() !== name) return [`/${name}`];
  }
  return open;
};

describe("the built-in mail for any event whatever", () => {
  test("is a well-formed document of our own elements and attributes, linking to web pages only", () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const document = readHtml(renderBuiltIn(event).html);

        expect(unbalanced(document.tags)).toEqual([]);
        expect(ELEMENTS).toEqual(expect.arrayContaining(document.tags.map(({ name }) => name)));
        expect(ATTRIBUTES).toEqual(expect.arrayContaining(document.tags.flatMap((tag) => Object.keys(tag.attributes))));
        for (const link of linksOf(document)) expect(link).toMatch(/^https?:\/\/[^@/]+\//);
      }),
      { numRuns: 300 },
    );
  });

  test("has a subject that is one visible line of at most 120 characters", () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { subject } = renderBuiltIn(event);

        expect(subject).toMatch(/^[^\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]+$/u);
        expect([...subject].length).toBeLessThanOrEqual(120);
      }),
    );
  });

  test("has parts without control characters, reordering or broken characters", () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { html, text } = renderBuiltIn(event);

        expect(html + text).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });

  test("is the same every time", () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(renderBuiltIn(event)).toEqual(renderBuiltIn(event));
      }),
    );
  });
});

describe("the size of the built-in mail", () => {
  /** An event with more of the text than is shown in every place, and with links as long as they may be. */
  const fullOf = (fill: string): PipelineEvent => {
    const text = fill.repeat(10_000);
    const link = `https://ci.example/?${"&".repeat(400)}`;
    const subject = { id: text, name: text, url: link };
    const entries = Array.from({ length: 20 }, (_, at) => [`${at}${text}`, link]);
    return sampleEvent({
      ...{ id: text, message: text, branch: text, commit: text, data: Object.fromEntries(entries) },
      ...{ pipeline: subject, stage: subject, step: subject, run: { id: text, url: link } },
      triggeredBy: { name: text, email: text },
    });
  };

  test.each(["&", '"', "<", "\n.", "😀", "漢", "x", "\u0300"])(
    "stays below what Gmail clips when all is full of %j",
    (text) => {
      const { html } = renderBuiltIn(fullOf(text));

      expect(Buffer.byteLength(html)).toBeLessThan(MAX_HTML_BYTES);
    },
  );
});
