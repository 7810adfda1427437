import { afterEach, describe, expect, test } from "vitest";
import { renderTemplate } from "../../../shared/templates/liquid/render-template.ts";
import { problemOf, templateOf, viewOf } from "./template-view.ts";

/** An event at the size that intake lets through, in every shape that is slow to walk over. */
const LARGE = viewOf({
  message: "a".repeat(60_000),
  data: {
    list: Array.from({ length: 10_000 }, (_, index) => index),
    keys: Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, index])),
    toString: "not a function",
    __proto__: null,
  },
});

const TOO_MUCH = "makes too much work";

const before = JSON.stringify([
  Object.getOwnPropertyNames(Object.prototype),
  Object.getOwnPropertyNames(Array.prototype),
]);
afterEach(() => {
  const after = JSON.stringify([
    Object.getOwnPropertyNames(Object.prototype),
    Object.getOwnPropertyNames(Array.prototype),
  ]);
  expect(after).toBe(before);
});

describe("a template that would never end, or grow without end, is cut off", () => {
  test.each([
    ["loops within loops", "{% for a in data.list %}{% for b in data.list %}{% endfor %}{% endfor %}"],
    ["loops over small ranges", `${"{% for i in (1..9999) %}".repeat(3)}${"{% endfor %}".repeat(3)}`],
    ["doubling by append", `{% assign a = event.message %}${"{% assign a = a | append: a %}".repeat(60)}{{ a }}`],
    ["doubling by prepend", `{% assign a = event.message %}${"{% assign a = a | prepend: a %}".repeat(60)}{{ a }}`],
    [
      "doubling by capture",
      `{% assign a = event.message %}${"{% capture a %}{{ a }}{{ a }}{% endcapture %}".repeat(60)}`,
    ],
    ["squaring by replace", "{{ event.message | replace: 'a', event.message }}"],
    ["squaring by split and join", "{{ event.message | split: '' | join: event.message }}"],
    [
      "searching for what is nearly there",
      "{% assign b = event.message | prepend: 'b' %}{% capture a %}{{ event.message }}{{ event.message }}{% endcapture %}{% if a contains b %}x{% endif %}",
    ],
    [
      "replacing what is nearly there",
      "{% assign b = event.message | prepend: 'b' %}{{ event.message | append: event.message | replace: b, 'x' }}",
    ],
    [
      "filters in a chain in a loop",
      "{% for i in data.list %}{% assign x = event.message | upcase | downcase | strip %}{% endfor %}",
    ],
    ["JSON in a loop", "{% for i in data.list %}{% assign x = data | json %}{% endfor %}"],
    ["its own words in a loop", `{% for i in data.list %}${"x".repeat(10_000)}{% endfor %}`],
    ["formatters in a loop", "{% for i in data.list %}{{ startedAt | date: 'full' }}{{ i | number }}{% endfor %}"],
    [
      "what is counted least: keys in a loop",
      "{% for i in data.list %}{% for j in data.keys %}{% break %}{% endfor %}{% endfor %}",
    ],
    ["what is counted least: sizes in a loop", "{% for i in data.list %}{{ data.keys.size }}{% endfor %}"],
    [
      "what is counted least: comparing lists",
      "{% for i in data.list %}{% if data.list == data.list %}{% endif %}{% endfor %}",
    ],
  ])("%s", (_, html) => {
    expect(problemOf(html, LARGE)).toMatchObject({ field: "html", message: TOO_MUCH });
  });

  test.each([
    [
      "more than 256 KiB of HTML",
      "{% for i in (1..6) %}{% for j in (1..1000) %}{% raw %}<p>0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789</p>{% endraw %}{% endfor %}{% endfor %}",
      "makes more than 256 KiB of HTML",
    ],
    [
      "more elements than a parser likes",
      "{% for i in data.list %}<b>{% endfor %}{% for i in data.list %}</i>{% endfor %}<b>x",
      "makes more than 10000 opening and closing tags",
    ],
  ])("%s", (_, html, message) => {
    expect(problemOf(html, LARGE)).toEqual({ field: "html", message });
  });
});

describe("a template is refused before it is run for", () => {
  test.each([
    ["a loop of a million", "{% for i in (1..1000000) %}{% endfor %}"],
    [
      "a range that counting cannot reach the end of",
      "{% for i in (9007199254740992..9007199254740994) %}{% endfor %}",
    ],
    ["the same in texts", '{% assign i = ("9007199254740992".."9007199254740994") %}'],
    ["a range up to what the event says", "{% for i in (1..data.n) %}{% endfor %}"],
    ["a range behind a quote", "{{ 'a' | append: (1..data.n) }}"],
  ])("%s", (_, html) => {
    expect(problemOf(html).message).toMatch(/^may have parentheses in a tag only around a range of numbers/);
  });

  test.each([
    ["10,000 nested blocks", "{%if a%}".repeat(10_000) + "{%endif%}".repeat(10_000), /^has more than 50 blocks within/],
    ["51 nested blocks", "{% for a in b %}".repeat(51) + "{% endfor %}".repeat(51), /^has more than 50 blocks within/],
    ["10,000 nested captures that are not closed", "{%capture a%}".repeat(10_000), /^has more than 50 blocks within/],
    ["26,000 outputs", "{{a}}".repeat(26_000), /^has more than 2000 tags and outputs/],
    ["a tag of brackets within each other", `{{ ${"a[".repeat(30_000)} }}`, /^has a tag of more than 1000 characters/],
    ["quotes that are not closed", '{{ " '.repeat(20_000), /not closed$/],
    ["delimiters and nothing else", "{{".repeat(60_000), /not closed$/],
    ["raw that is not closed", `{% raw %}${"{% endraw ".repeat(12_000)}`, /not closed$/],
  ])("%s", (_, html, message) => {
    expect(problemOf(html).message).toMatch(message);
  });

  test.each([
    ["include", "{% include 'secret' %}"],
    ["render", "{% render '/etc/passwd' %}"],
    ["layout", "{% layout '../../package.json' %}{% block a %}{% endblock %}"],
    ["liquid", "{% liquid\n assign a = 1 %}"],
    ["increment", "{% increment a %}"],
    ["tablerow", "{% tablerow i in data %}{% endtablerow %}"],
  ])("the tag %s, which mails have no use for", (tag, html) => {
    expect(problemOf(html)).toEqual({ field: "html", line: 1, column: 1, message: `tag "${tag}" not found` });
  });

  test.each([
    "raw",
    "where_exp",
    "map",
    "sort",
    "strip_html",
    "date_to_xmlschema",
    "sha256",
    "constructor",
    "__proto__",
    "toString",
  ])("the filter %s", (filter) => {
    expect(problemOf(`\n  {{ message | ${filter} }}`)).toMatchObject({
      line: 2,
      column: 3,
      message: expect.stringMatching(new RegExp(`^undefined filter: ${filter}`)),
    });
  });
});

describe("a template reaches nothing but what it is given", () => {
  test.each([
    '{{ "".constructor }}',
    '{{ "".constructor.constructor("return process")() }}',
    "{{ message.__proto__ }}{{ event.__proto__.constructor }}",
    "{{ event.constructor.prototype }}{{ data.hasOwnProperty }}",
    '{% assign c = "constructor" %}{{ event[c] }}{{ event[c][c] }}{{ data[c] }}',
    "{% assign __proto__ = data %}{{ __proto__.polluted }}{% assign constructor = 'x' %}",
    "{% for __proto__ in data %}{{ polluted }}{% endfor %}",
    "{% for constructor in data %}{{ forloop.__proto__ }}{% endfor %}",
    "{% capture __proto__ %}x{% endcapture %}{{ polluted }}",
    "{% for i in data.list __proto__: data %}{% endfor %}",
    "{{ forloop.constructor }}{{ process }}{{ globalThis }}{{ require }}{{ this }}{{ self }}",
    "{% for i in (1..2) %}{{ forloop.constructor }}{% endfor %}",
    "{{ 7 | plus: data }}{{ data.list | join: data }}",
    "#{7*7} <%= 7*7 %> {{ 7*7 }} {{= 7*7 }} *{7*7}",
  ])("%s", (html) => {
    const rendering = renderTemplate(templateOf(`${html}.`), LARGE);

    const shown = rendering.ok ? rendering.mail.html + rendering.mail.text : JSON.stringify(rendering.problem);
    expect(shown).not.toMatch(/\[native code\]|function |class \w+ extends|\[object |process\.|polluted|\b49\b/);
  });

  test.each([
    [
      "an object that feigns functions",
      JSON.parse('{"toString":"x","valueOf":1,"then":"y","toLiquid":"z","next":1,"throw":1,"return":1}'),
    ],
    [
      "keys of every prototype",
      JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}'),
    ],
    ["nothing but depth", JSON.parse(`${'{"a":'.repeat(98)}1${"}".repeat(98)}`)],
  ])("also when the event is %s", (_, data) => {
    const html =
      "{{ data }}{{ data | json }}{% for p in data %}{{ p[0] }}{{ p[1] }}{% endfor %}{% if data > 1 %}{% endif %}{{ data.then }}.";

    renderTemplate(templateOf(html), viewOf({ data }));

    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
