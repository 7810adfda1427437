import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderTemplate } from "../../../shared/templates/liquid/render-template.ts";
import { anyEvent, anyText } from "../hostile-event.ts";
import { bodyOf, mailOf, templateOf, viewOf } from "./template-view.ts";

describe("what an event says is text wherever a template puts it", () => {
  test.each([
    "<script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    "' onmouseover='alert(1)",
    "x onclick=alert(1) style=color:red",
    "</p></td></table><h1>",
    "<!-- ",
    "--><b>",
    "&lt;script&gt;",
    "{{ 7 | times: 7 }}{% for i in (1..9) %}",
    "<\u0000script>",
    "\uFF1Cscript\uFF1E",
  ])("%s", (message) => {
    const html = bodyOf(
      `<p>{{ message }}</p><b title="{{ message }}">a</b><b title='{{ message }}'>b</b><a href="{{ message }}">c</a>`,
      viewOf({ message }),
    );

    expect(html.replaceAll(/<(?:\/?p|b title="[^"<>]*"|\/b|a(?: href="[^"<>]*")?|\/a)>/g, "")).not.toMatch(/[<>]/);
    expect(html).not.toMatch(/href="(?!https?:|mailto:|[^":]*")/);
    expect(html).not.toContain("49");
  });

  test.each(["javascript:alert(1)", " javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "vbscript:x"])(
    "even where it should be a link: %s",
    (message) => {
      expect(bodyOf(`<a href="{{ message }}">x</a><img src="{{ message }}">`, viewOf({ message }))).toBe(
        "<a>x</a><img />",
      );
    },
  );

  test("and where a template forgot its quotes, it adds nothing that runs", () => {
    const view = viewOf({ message: "x onclick=alert(1) onerror=alert(1)" });

    expect(bodyOf("<img title={{ message }}>", view)).toBe('<img title="x" />');
  });

  test.each(["\u001b", "&#27;", "\u001b]0;", "\u009b"])(
    "and the beginning of a terminal sequence takes no quote along: %j",
    (message) => {
      const view = viewOf({ message, branch: " onerror=alert(1) x=" });

      expect(bodyOf(`<img title="{{ message }}" alt="{{ branch }}">`, view)).toMatch(
        /^<img(?: title="[^"]*")? alt=" onerror=alert\(1\) x=" \/>$/,
      );
      expect(bodyOf(`<img title="${message}" alt="{{ branch }}">`, view)).toMatch(
        /^<img(?: title="[^"]*")? alt=" onerror=alert\(1\) x=" \/>$/,
      );
    },
  );

  test("is escaped once, whatever filters it went through", () => {
    const view = viewOf({ branch: "<a&b>" });

    expect(bodyOf("{{ branch | escape }} {{ branch | upcase | escape | append: '<' }}", view)).toBe(
      "&lt;a&amp;b&gt; &lt;A&amp;B&gt;&lt;",
    );
  });
});

describe("for any event whatever", () => {
  const template = templateOf(
    `<p class="a">{{ message }}</p><p title="{{ branch }}">{{ pipeline.name }}{{ data }}</p>{% for p in data %}<i>{{ p[0] }}={{ p[1] }}</i>{% endfor %}<a href="{{ url }}">{{ startedAt | date }}{{ branch | url_encode }}.</a>`,
    { subject: "{{ status }} {{ branch }}", text: "{{ message }} {{ data }}." },
  );

  test("no angle bracket of its data survives unescaped", () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const rendering = renderTemplate(template, { ...viewOf(), event });
        // Objects that feign functions cannot be shown; the built-in mail can.
        if (!rendering.ok) return;

        const own = rendering.mail.html.replaceAll(
          /<\/?(?:!DOCTYPE html|html|head|meta|title|body|p|i|a)(?: [a-z-]+="[^"<>]*")*(?: \/)?>/g,
          "",
        );

        expect(own).not.toMatch(/[<>]/);
      }),
      { numRuns: 300 },
    );
  });

  test("its mail has a subject of one line, and parts without control or reordering characters", () => {
    fc.assert(
      fc.property(anyText, anyText, (message, branch) => {
        const { subject, html, text } = mailOf(template, viewOf({ message, branch }));

        expect(subject).toMatch(/^[^\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]{1,240}$/u);
        expect(html + text).not.toMatch(/[^\P{Cc}\n\t]|[\p{Cs}\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });

  test("the mail is the same every time", () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const view = { ...viewOf(), event };

        expect(renderTemplate(template, view)).toEqual(renderTemplate(template, view));
      }),
      { numRuns: 50 },
    );
  });
});
