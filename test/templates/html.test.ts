import { describe, expect, test } from "vitest";
import { html, toMarkup } from "../../shared/templates/html.ts";

describe("the html tag", () => {
  test("escapes text in elements and in attributes", () => {
    const text = `<b>&"'`;

    const markup = html`<i title="${text}">${text}</i>`;

    const escaped = "&lt;b&gt;&amp;&#34;&#39;";
    expect(toMarkup(markup)).toBe(`<i title="${escaped}">${escaped}</i>`);
  });

  test("takes in markup as it is, alone or in a list", () => {
    const items = ["a", "<"].map((item) => html`<li>${item}</li>`);

    expect(toMarkup(html`<ul>${items}</ul>${html`<hr>`}`)).toBe("<ul><li>a</li><li>&lt;</li></ul><hr>");
  });

  test("writes nothing for undefined", () => {
    expect(toMarkup(html`<p>${undefined}</p>`)).toBe("<p></p>");
  });

  test("writes texts with replacement patterns and backslashes unchanged", () => {
    expect(toMarkup(html`<p>${"$1 $$ \\n"}</p>`)).toBe("<p>$1 $$ \\n</p>");
  });
});
