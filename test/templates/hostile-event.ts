import fc from "fast-check";
import { EVENT_TYPE_FORM, EVENT_TYPES, type PipelineEvent } from "../../shared/domain/event.ts";
import type { Scope } from "../../shared/domain/scope.ts";
import { SEVERITIES } from "../../shared/domain/severity.ts";

/** Texts that have broken mails before. */
const NASTY = [
  "",
  "<script>alert(1)</script>",
  `"><img src=x onerror=alert(1)>`,
  "' onmouseover='alert(1)",
  "</style></title><b>",
  "<!--[if mso]>",
  "-->",
  "&lt;b&gt; &#x3c;",
  "javascript:alert(1)",
  " JaVaScRiPt:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "https://user:password@evil.example/",
  "https://ci.example/?a=1&b=\"<x>'",
  "http://[::1",
  "Subject\r\nBcc: eve@evil.example\r\n\r\nbody",
  "\u202Egnp.exe",
  "\u001b[31mred\u001b[0m",
  "\ud800",
  "\0",
  "__proto__",
  "x".repeat(5_000),
  "{{ constructor }} $& $1",
];

/** Any text that JSON can carry: also halves of surrogate pairs, control characters and the nasty ones. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  fc.tuple(fc.constantFrom(...NASTY), fc.string(), fc.constantFrom(...NASTY)).map((texts) => texts.join("")),
);

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const anyInstant = fc.oneof(
  anyText,
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);

const anySubject = fc.record({ id: anyText, name: maybe(anyText), url: maybe(anyText) });

/** Any event that intake could let through, and many that it would not, except for its scope, which is checked. */
export const anyEvent: fc.Arbitrary<PipelineEvent> = fc.record({
  id: anyText,
  scope: fc.constantFrom("acme" as Scope, "acme.eng" as Scope),
  type: fc.oneof(fc.constantFrom(...Object.keys(EVENT_TYPES)), fc.stringMatching(EVENT_TYPE_FORM), anyText),
  severity: fc.constantFrom(...SEVERITIES),
  time: anyInstant,
  pipeline: maybe(anySubject),
  run: maybe(fc.record({ id: anyText, number: maybe(fc.double()), url: maybe(anyText) })),
  stage: maybe(anySubject),
  step: maybe(anySubject),
  message: maybe(anyText),
  startedAt: maybe(anyInstant),
  endedAt: maybe(anyInstant),
  triggeredBy: maybe(fc.record({ name: maybe(anyText), email: maybe(anyText) })),
  branch: maybe(anyText),
  commit: maybe(anyText),
  data: maybe(fc.dictionary(anyText, fc.oneof(anyText, fc.double(), fc.boolean(), fc.jsonValue()))),
});
