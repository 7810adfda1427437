import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { condemnsAddress } from "../../shared/domain/bounce.ts";
import { enhancedCodeOf } from "../../shared/domain/enhanced-code.ts";
import { FAILURE_REASONS, SEND_PHASES, type SendPhase } from "../../shared/domain/outcome.ts";
import { classifySendGridStatus, classifySmtpReply } from "../../shared/providers/classify.ts";
import { MAIL_SAMPLES } from "./mail-reply-samples.ts";
import { SERVER_SAMPLES } from "./server-reply-samples.ts";

/** One reply at one place, and what it means there. */
const samples = [...SERVER_SAMPLES, ...MAIL_SAMPLES].flatMap(({ phases, replies, expected }) =>
  phases.flatMap((phase) => replies.map((reply) => ({ phase, reply, expected }))),
);

/** The class and reason of a reply as a whole line. */
const meaningOf = (phase: SendPhase, reply: string) =>
  classifySmtpReply({ phase, code: Number(reply.slice(0, 3)), enhancedCode: enhancedCodeOf(reply) });

describe("an SMTP reply", () => {
  test("is sampled often enough", () => {
    expect(samples.length).toBeGreaterThanOrEqual(200);
    expect(new Set(samples.map(({ phase, reply }) => `${phase} ${reply}`)).size).toBe(samples.length);
  });

  test.each(samples)("$reply at $phase means $expected", ({ phase, reply, expected }) => {
    expect(meaningOf(phase, reply)).toEqual(expected);
  });

  test("of any 4xx may be tried again and none of any 5xx is ambiguous", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SEND_PHASES),
        fc.integer({ min: 400, max: 599 }),
        fc.option(fc.stringMatching(/^[245]\.\d{1,3}\.\d{1,3}$/)),
        (phase, code, enhancedCode) => {
          const [failureClass, reason] = classifySmtpReply({ phase, code, enhancedCode });

          expect(FAILURE_REASONS).toContain(reason);
          expect(failureClass).not.toBe("ambiguous");
          if (code < 500) expect(failureClass).toBe("transient");
        },
      ),
    );
  });

  test("means the same whatever words come with it, and whatever its enhanced code pretends about trying again", () => {
    const sample = fc.constantFrom(...samples);
    fc.assert(
      fc.property(sample, fc.string(), fc.constantFrom("2", "4", "5"), ({ phase, reply, expected }, words, digit) => {
        const said = /^(\d{3})[ -]\d(\.\d{1,3}\.\d{1,3})\b/.exec(reply);
        const changed = said === null ? reply.slice(0, 3) : `${said[1]} ${digit}${said[2]} ${words}`;

        expect(meaningOf(phase, changed)).toEqual(expected);
      }),
    );
  });

  test("that nobody has thought of means what its first digit says", () => {
    const odd = fc.integer({ min: 500, max: 599 }).filter((code) => ![503, 530, 534, 535, 538].includes(code));
    fc.assert(
      fc.property(odd, fc.constantFrom<SendPhase>("recipient", "accepted"), (code, phase) => {
        expect(classifySmtpReply({ phase, code, enhancedCode: null })[0]).toBe("permanent");
        expect(classifySmtpReply({ phase, code: code - 100, enhancedCode: null })[0]).toBe("transient");
      }),
    );
  });
});

describe("a SendGrid status", () => {
  test.each([
    [400, "permanent", "message-refused"],
    [401, "config", "api-key-refused"],
    [403, "config", "api-forbidden"],
    [404, "config", "message-refused"],
    [405, "config", "message-refused"],
    [406, "config", "message-refused"],
    [408, "transient", "server-unavailable"],
    [413, "permanent", "message-too-large"],
    [429, "transient", "rate-limited"],
    [451, "config", "message-refused"],
    [500, "transient", "server-unavailable"],
    [502, "transient", "server-unavailable"],
    [503, "transient", "server-unavailable"],
    [504, "transient", "server-unavailable"],
    [302, "config", "message-refused"],
    [418, "config", "message-refused"],
    [599, "transient", "server-unavailable"],
  ])("%i means %s: %s", (status, failureClass, reason) => {
    expect(classifySendGridStatus(status)).toEqual([failureClass, reason]);
  });
});

describe("an enhanced code", () => {
  test.each([
    ["550 5.1.1 no such user", "5.1.1"],
    ["550-5.7.26 first of two lines\n550 5.7.26 second", "5.7.26"],
    ["550 no such user at 5.1.1", null],
    ["550 5.1.1234 odd", null],
    ["550 15.1.1 odd", null],
    ["550", null],
  ])("of %j is %s", (reply, code) => {
    expect(enhancedCodeOf(reply)).toBe(code);
  });
});

describe("of the sampled replies", () => {
  test("exactly those that say by a detail that the recipient's address leads nowhere condemn it", () => {
    const condemning = samples.filter(({ phase, reply }) => {
      const [failureClass, reason] = meaningOf(phase, reply);
      const [code, enhancedCode] = [Number(reply.slice(0, 3)), enhancedCodeOf(reply)];
      const what = { class: failureClass, reason, phase, code, enhancedCode, text: reply };
      return condemnsAddress({ kind: "failed", ...what });
    });

    expect(condemning.map(({ phase, reply }) => `${phase}: ${reply.slice(0, 40)}`)).toEqual([
      "recipient: 550-5.1.1 The email account that you tri",
      "recipient: 550 5.1.1 <ada@globex.example>: Recipien",
      "recipient: 550 5.1.10 RESOLVER.ADR.RecipientNotFoun",
      "recipient: 550 5.1.1 User Unknown",
      "recipient: 551 5.1.6 Recipient no longer on server",
      "recipient: 553 5.1.3 Invalid recipient address synt",
      "recipient: 501 5.1.3 Bad recipient address syntax",
      "recipient: 550 5.1.2 Host unknown",
      "recipient: 550 4.1.1 contradictory",
      "accepted: 550 5.1.1 unknown",
    ]);
  });
});
