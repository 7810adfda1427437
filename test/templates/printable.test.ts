import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manyLines, oneLine } from "../../shared/templates/printable.ts";
import { anyText } from "./hostile-event.ts";

describe("a foreign text as one line", () => {
  test.each([
    { title: "loses terminal colours", text: "\u001b[1;31mfailed\u001b[0m", line: "failed" },
    {
      title: "loses a terminal hyperlink but not its words",
      text: "\u001b]8;;https://x\u001b\\log\u001b]8;;\u0007",
      line: "log",
    },
    { title: "cannot be reordered", text: "safe\u202Egnp.exe\u2066", line: "safegnp.exe" },
    {
      title: "becomes one line",
      text: "Subject\r\nBcc: eve@evil.example\u2028x",
      line: "Subject Bcc: eve@evil.example x",
    },
    { title: "loses control characters and NUL", text: "a\0b\u0007c\u009b", line: "a b c" },
    { title: "loses halves of surrogate pairs and keeps whole ones", text: "\ud83da😀\ude00", line: "a😀" },
    { title: "is empty when nothing in it can be seen", text: "\u200b\u2060 \t\u202e", line: "" },
    { title: "keeps joiners, which emoji are made with", text: "👩‍🚀", line: "👩‍🚀" },
    { title: "is kept when it just fits", text: "😀".repeat(40), line: "😀".repeat(40) },
    { title: "is cut at a whole character with an ellipsis", text: "😀".repeat(41), line: `${"😀".repeat(39)}…` },
  ])("$title", ({ text, line }) => {
    expect(oneLine(text, 40)).toBe(line);
  });

  test("never holds what could end a header, reorder text or be no text, nor more than it may", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, maxChars) => {
        const line = oneLine(text, maxChars);

        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
        expect(line.isWellFormed()).toBe(true);
        expect([...line].length).toBeLessThanOrEqual(maxChars);
      }),
    );
  });
});

describe("a foreign text of many lines", () => {
  test("keeps its lines and their indentation", () => {
    expect(manyLines("one\r\n\ttwo  \rthree\u2028four", 100)).toBe("one\n    two\nthree\nfour");
  });

  test("has no empty lines around it and never two within it", () => {
    expect(manyLines("\n\n  one\n \n\t\n\n\ntwo\n\n", 100)).toBe("  one\n\ntwo");
  });

  test("is cut with an ellipsis", () => {
    expect(manyLines("one\ntwo\nthree", 8)).toBe("one\ntwo…");
  });

  test("costs time that grows with its length only, even when it is made of unfinished terminal sequences", () => {
    const text = "\u001b]a".repeat(80_000);

    const shown = manyLines(text, 5);

    expect(shown).toBe("aaaa…");
  });
});
