import { describe, expect, test } from "vitest";
import { renderTemplate } from "../../../shared/templates/liquid/render-template.ts";
import { bareEvent } from "../sample-event.ts";
import { bodyOf, mailOf, problemOf, templateOf, viewOf } from "./template-view.ts";

describe("a template", () => {
  test.each([
    ["{{ type }} {{ severity }} {{ scope }}", "PipelineFailed error acme.eng"],
    ["{{ status }}: {{ headline }}", "Failed: Build API #512 failed in stage Deploy"],
    ["{{ pipeline.name }} {{ run.number }} {{ stage.name }} {{ step.name }}", "Build API 512 Deploy Helm upgrade"],
    ["{{ branch }} {{ commit | truncate: 8 }} {{ triggeredBy.name }}", "main 3f2a9c1… Ada"],
    ["{{ data.replicas | plus: 1 }} {{ data.nested.hidden }} {{ event.data.change }}", "4 nested-value CHG-20931"],
    ["{{ url }}", "https://ci.acme.example/build-api/512"],
    ["{{ recipient }}", "ada@acme.example"],
    ["{{ unsubscribeUrl }}", "https://api.tidings.example/v1/unsubscribe/AbC-_123"],
    ["{{ message | split: '\n' | last }}", "exit code 1"],
    ["{% if severity == 'error' and data.canary %}canary{% endif %}", "canary"],
    ["{% for pair in data %}{{ pair[0] }} {% endfor %}", "change canary replicas nested "],
    ["{% for n in (1..3) %}{{ n }}{% unless forloop.last %}, {% endunless %}{% endfor %}", "1, 2, 3"],
    ["{{ nothing.at.all | default: 'none' }}{{ unknown }}", "none"],
    ["{{ data.nested }}", '{"hidden":"nested-value"}'],
    [
      "{{ branch | url_encode }} {{ 'a b' | replace: 'a', 'c' | upcase }} {{ 7 | divided_by: 2 | round }}",
      "main C B 4",
    ],
  ])("makes of %s what the event says", (html, shown) => {
    expect(bodyOf(html)).toBe(shown);
  });

  test("speaks of a direct message through its data", () => {
    const view = { ...viewOf(), event: undefined, data: { team: "Platform" }, unsubscribeUrl: undefined };

    const mail = mailOf(templateOf("<p>Join {{ data.team }}{% if unsubscribeUrl %} or leave{% endif %}</p>"), view);

    expect(mail.subject).toBe("Subject of the built-in mail");
    expect(mail.text).toBe("Join Platform\n");
  });

  test("makes the text part of its HTML when it has none of its own", () => {
    const html =
      '<h1>{{ headline }}</h1><table><tr><td>Branch</td><td>{{ branch }}</td></tr></table><a href="{{ url }}">Open</a><img src="https://acme.example/x.png" alt="Chart">';

    const { text } = mailOf(templateOf(html));

    expect(text).toBe(
      "Build API #512 failed in stage Deploy\n\nBranch main\n\nOpen <https://ci.acme.example/build-api/512>Chart\n",
    );
  });

  test("does not escape in its own text part and in its subject", () => {
    const view = viewOf({ branch: "a<b> & 'c'" });

    const mail = mailOf(templateOf("<p>x</p>", { subject: "On {{ branch }}", text: "On {{ branch }}" }), view);

    expect([mail.subject, mail.text]).toEqual(["On a<b> & 'c'", "On a<b> & 'c'\n"]);
  });

  test("has a subject of one line, cut like that of a built-in mail", () => {
    const view = viewOf({ message: `a\r\nBcc: eve@evil.example\u202E${"x".repeat(300)}` });

    const { subject } = mailOf(templateOf("<p>x</p>", { subject: "{{ message }}" }), view);

    expect(subject).toMatch(/^a Bcc: eve@evil\.examplex+…$/);
    expect(subject).toHaveLength(120);
  });

  test("has the built-in mail's subject when its own is empty", () => {
    expect(mailOf(templateOf("<p>x</p>", { subject: "{{ nothing }}" })).subject).toBe("Subject of the built-in mail");
  });

  test.each(["", " {{ nothing }} ", "<p></p>", "<script>x</script>", "{% if false %}x{% endif %}"])(
    "that shows nothing is none: %s",
    (html) => {
      expect(problemOf(html)).toEqual({ field: "html", message: "shows nothing" });
    },
  );

  test("works for an event that says no more than it must", () => {
    const view = { ...viewOf(), event: bareEvent("ReportReady") };

    expect(
      bodyOf("{{ status }} {{ pipeline.name }}{{ url }}{{ duration | duration }}{{ startedAt | date }}", view),
    ).toBe("Report ready ");
  });

  test("is a complete document, whether it was written as one or not", () => {
    const whole = mailOf(templateOf('<html lang="de"><body bgcolor="#ffffff"><p>x</p></body></html>')).html;
    const part = mailOf(templateOf("<p>x</p>", { subject: "A & B" })).html;

    expect(whole).toBe('<!DOCTYPE html>\n<html lang="de"><body bgcolor="#ffffff"><p>x</p></body></html>');
    expect(part).toMatch(
      /^<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">.*<title>A &amp; B<\/title>.*<p>x<\/p>/s,
    );
  });
});

describe("dates, times and numbers in a template", () => {
  const html =
    "{{ startedAt | date }} | {{ startedAt | day: 'long' }} | {{ startedAt | time }} | {{ duration | duration }} | {{ 1234.5 | number }}";
  const wordsOf = (locale?: string, brand?: Parameters<typeof viewOf>[1]) =>
    mailOf(templateOf(html, { locale }), viewOf({}, brand)).text.trim().replaceAll(/\s+/g, " ");

  test("are English and UTC unless something else is asked for", () => {
    expect(wordsOf()).toBe("Nov 20, 2026, 2:30 PM | November 20, 2026 | 2:30 PM | 4 min 12 sec | 1,234.5");
  });

  test("are in the language and time zone of the brand", () => {
    expect(wordsOf(undefined, { locale: "de", timezone: "Europe/Berlin" })).toBe(
      "20.11.2026, 15:30 | 20. November 2026 | 15:30 | 4 Min. 12 Sek. | 1.234,5",
    );
  });

  test("are in the language of the template before that of the brand", () => {
    expect(wordsOf("de", { locale: "fr", timezone: "Asia/Tokyo" })).toContain("20.11.2026, 23:30 |");
  });

  test("fall back when a language or time zone is not known", () => {
    expect(wordsOf("not a locale", { locale: "x", timezone: "Mars/Base" })).toContain("Nov 20, 2026, 2:30 PM");
  });

  test.each(["yesterday", "2026-11-20T14:30:05", "x".repeat(1_000)])("show as it is what is no instant: %s", (text) => {
    expect(bodyOf("{{ message | date }}", viewOf({ message: text }))).toBe(text);
  });

  test("name a style that does not exist as a problem of the template", () => {
    expect(problemOf("<p>\n{{ startedAt | date: '%Y' }}</p>")).toEqual({
      field: "html",
      line: 2,
      column: 1,
      message: "the style of a date or time must be one of short, medium, long, full",
    });
  });
});

test("the parts of a template share no state with those of another mail", () => {
  const content = templateOf("{% assign seen = 'yes' %}<p>x</p>", { text: "{{ seen }}|{{ left }}" });

  renderTemplate(templateOf("{% assign left = 'over' %}<p>x</p>"), viewOf());

  expect(mailOf(content).text).toBe("|\n");
});
