import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FAILURE_REASONS, SEND_PHASES, type SendPhase } from "../../shared/domain/outcome.ts";
import {
  classifySendGridStatus,
  classifySmtpReply,
  enhancedCodeOf,
  toRecordableText,
} from "../../shared/providers/classify.ts";

type Expected = readonly [failureClass: string, reason: string];

const UNAVAILABLE: Expected = ["transient", "server-unavailable"];
const LOGIN_REFUSED: Expected = ["config", "login-refused"];
const LOGIN_NOT_OFFERED: Expected = ["config", "login-not-offered"];
const TOO_LARGE: Expected = ["permanent", "message-too-large"];
const DIALOGUE: readonly SendPhase[] = ["greeting", "tls", "auth", "sender", "recipient", "accepted"];

/** Replies as servers give them, by what they mean. Sources: RFC 5321, 3463, 4954, 1870, 6522, and providers' pages. */
const SAMPLES: readonly (readonly [phases: readonly SendPhase[], replies: readonly string[], expected: Expected])[] = [
  [DIALOGUE, ["421 4.3.2 closing", "421 4.7.0 too many connections", "421"], UNAVAILABLE],
  [
    ["greeting"],
    ["554 5.3.2 no service", "550 5.7.1 blocked", "521 no mail here", "450 later", "451 4.3.0 x", "500 what", "502 no"],
    UNAVAILABLE,
  ],
  [["tls"], ["454 4.7.0 TLS not available", "451 4.3.0 later", "450 later"], ["transient", "tls-failed"]],
  [
    ["tls"],
    ["502 5.5.1 unknown", "500 what", "503 order", "501 5.5.4 syntax", "554 no"],
    ["config", "tls-not-offered"],
  ],
  [
    ["auth"],
    ["454 4.7.0 temporary failure", "451 4.3.0 x", "432 4.7.12 transition needed", "450 4.7.0 y"],
    UNAVAILABLE,
  ],
  [["auth"], ["500 what", "502 5.5.1 not here", "503 5.5.1 not enabled", "504 5.5.4 mechanism"], LOGIN_NOT_OFFERED],
  [
    ["auth"],
    [
      "535 5.7.8 bad credentials",
      "535 5.7.3 unsuccessful",
      "534 5.7.9 app password",
      "550 5.7.1 no",
      "525 5.7.13 disabled",
    ],
    LOGIN_REFUSED,
  ],
  [
    ["sender", "recipient", "accepted"],
    ["530 5.7.0 authentication required", "530 5.7.57 anonymous", "535 5.7.8 no", "534 x", "538 5.7.11 encryption"],
    LOGIN_REFUSED,
  ],
  [["sender", "recipient", "accepted"], ["503 5.5.1 bad sequence", "503"], UNAVAILABLE],
  [["sender", "recipient", "accepted"], ["523 5.7.10 length", "552 5.3.4 too big", "554 5.3.4 too big"], TOO_LARGE],
  [["sender"], ["552 size exceeds maximum"], TOO_LARGE],
  [
    ["sender", "recipient", "accepted"],
    ["454 4.7.0 throttled", "454 maximum rate"],
    ["transient", "rate-limited"],
  ],
  [["sender"], ["450 4.1.8 domain", "451 4.3.0 x", "452 4.3.1 storage", "471 odd"], ["transient", "sender-refused"]],
  [
    ["sender"],
    ["550 5.7.1 not allowed", "553 5.1.8 sender", "550 5.1.0 rejected", "501 5.1.7 syntax", "554 5.7.1 no", "571 odd"],
    ["config", "sender-refused"],
  ],
  [
    ["recipient"],
    [
      "450 4.2.0 greylisted",
      "451 4.7.1 greylisting",
      "452 4.5.3 too many",
      "452 4.2.2 full",
      "450 4.2.1 busy",
      "499 odd",
    ],
    ["transient", "recipient-refused"],
  ],
  [
    ["recipient"],
    [
      "550 5.1.1 unknown",
      "550 5.1.10 null MX",
      "551 5.1.6 moved",
      "553 5.1.3 syntax",
      "552 5.2.2 full",
      "550 5.2.1 off",
      "550",
    ],
    ["permanent", "recipient-refused"],
  ],
  [
    ["recipient", "accepted"],
    ["550 5.7.1 relaying denied", "554 5.7.1 spam", "550 5.7.26 unauthenticated", "550 5.7.23 SPF"],
    ["permanent", "message-refused"],
  ],
  [["accepted"], ["450 4.7.1 later", "451 4.3.0 x", "452 4.3.1 storage", "432 odd"], ["transient", "message-refused"]],
  [
    ["accepted"],
    ["550 5.6.0 content", "554 5.6.1 media", "552 5.2.2 full", "550 4.3.0 contradictory", "554", "599 odd"],
    ["permanent", "message-refused"],
  ],
];

const samples = SAMPLES.flatMap(([phases, replies, expected]) =>
  phases.flatMap((phase) => replies.map((reply) => ({ phase, reply, expected }))),
);

describe("an SMTP reply", () => {
  test("is sampled often enough", () => {
    expect(samples.length).toBeGreaterThanOrEqual(100);
  });

  test.each(samples)("$reply at $phase means $expected", ({ phase, reply, expected }) => {
    const verdict = classifySmtpReply({ phase, code: Number(reply.slice(0, 3)), enhancedCode: enhancedCodeOf(reply) });

    expect(verdict).toEqual(expected);
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
