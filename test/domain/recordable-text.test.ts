import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toRecordableText } from "../../shared/domain/recordable-text.ts";

describe("a server's words in the record", () => {
  test("are one line of at most 300 characters without control characters, whatever the server said", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 1000 }), (text) => {
        const recorded = toRecordableText(text, []);

        expect(recorded.length).toBeLessThanOrEqual(300);
        expect(recorded).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });

  test("never hold a secret, plain or as a login encodes it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (secret, before, after) => {
        const encoded = Buffer.from(secret).toString("base64");
        fc.pre(!"***".includes(secret) && !before.includes(secret) && !after.includes(secret));

        const recorded = toRecordableText(`${before}<${secret}|${encoded}>${after}`, [secret, undefined]);

        expect(recorded).not.toContain(encoded);
      }),
    );
    expect(toRecordableText("no, not with hunter2 or aHVudGVyMg==", ["hunter2"])).toBe("no, not with *** or ***");
  });
});
