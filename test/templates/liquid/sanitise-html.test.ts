import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanHtml } from "../../../shared/templates/liquid/clean-html.ts";
import { anyText } from "../hostile-event.ts";

/** What is left of a piece of HTML. @throws Error when it is refused */
const cleaned = (html: string): string => {
  const clean = cleanHtml(`${html}<i>.</i>`, "Subject");
  if (!clean.ok) throw new Error(clean.message);
  return /<body>\n(.*?)(?:<i>\.<\/i>.*)?\n<\/body>/s.exec(clean.html)?.[1] ?? clean.html;
};

describe("foreign HTML keeps", () => {
  test.each([
    '<table width="100%" cellpadding="0" role="presentation"><tr><td align="center" bgcolor="#fff">x</td></tr></table>',
    '<p style="color:#333;margin:0 auto">x</p>',
    '<style media="screen">@media (max-width:600px){.a{width:100%!important}}</style>',
    '<a href="https://acme.example/?a=1&amp;b=2">x</a><a href="mailto:ada@acme.example">y</a>',
    '<img src="https://acme.example/logo.png" alt="Acme" width="40" />',
    '<img src="cid:logo" alt="Acme" />',
    '<h1 class="x" dir="rtl">x</h1><ul><li>y</li></ul><pre>a\n  b</pre>',
  ])("%s", (html) => {
    expect(cleaned(html)).toBe(html);
  });
});

describe("foreign HTML loses", () => {
  test.each([
    ["<script>alert(1)</script>x", "x"],
    ["<scr<script>ipt>alert(1)</scr</script>ipt>x", /^[^<]*x$/],
    ["<img src=x onerror=alert(1)>", "<img />"],
    ['<img src="https://a.example/x.png" onerror="alert(1)">', '<img src="https://a.example/x.png" />'],
    ["<svg><script>alert(1)</script></svg><svg/onload=alert(1)>", ""],
    ["<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>", ""],
    ["<iframe src=https://evil.example></iframe><object data=x></object><embed src=x>", ""],
    ["<form action=https://evil.example><input name=a><button>x</button></form>", "x"],
    [
      '<meta http-equiv="refresh" content="0;url=https://evil.example">',
      '<meta content="0;url=https://evil.example" />',
    ],
    ["<base href=https://evil.example><link rel=stylesheet href=https://evil.example>", ""],
    ["<!-- a --><!--[if mso]><b>x</b><![endif]-->", ""],
    ["<p onclick='alert(1)' onmouseover=alert(1)>x</p>", "<p>x</p>"],
    [
      "<textarea><script>alert(1)</script></textarea><noscript><p title='</noscript><img onerror=alert(1)>'></noscript>",
      /^[^<]*(?:<img \/>)?[^<]*$/,
    ],
  ])("what runs, loads, submits or redirects: %s", (html, left) => {
    if (left instanceof RegExp) expect(cleaned(html)).toMatch(left);
    else expect(cleaned(html)).toBe(left);
  });

  test.each([
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;&#x61;vascript:alert(1)",
    "javascript&colon;alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://evil.example/",
    "//evil.example/",
    "\\\\evil.example\\share",
    "blob:https://evil.example/1",
    "view-source:javascript:alert(1)",
    "java<!-- -->script:alert(1)",
  ])("links that are none to web pages or mailboxes: %s", (link) => {
    const html = cleaned(`<a href="${link}">x</a><img src="${link}">`);

    const links = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target = ""]) => target);
    for (const target of links) expect(new URL(target, "https://relative.example").protocol).toBe("https:");
    expect(links.join("")).not.toMatch(/evil\.example/);
  });

  test.each([
    "background:url(https://evil.example/x.png)",
    "background:URL (https://evil.example/x.png)",
    "background:\\75rl(https://evil.example/x.png)",
    "background:u/**/rl(https://evil.example/x.png)",
    "width:expression(alert(1))",
    "behavior:url(x.htc)",
    "-moz-binding:url(x.xml)",
    "position:fixed;top:0;left:0",
    "background-image:image-set('https://evil.example/x.png' 1x)",
  ])("CSS that loads, runs, covers or hides it: %s", (css) => {
    expect(cleaned(`<p style="${css}">x</p>`)).toBe("<p>x</p>");
    expect(cleaned(`<style>p{${css}}</style>`)).toBe("");
  });

  test.each([
    "@import 'https://evil.example/x.css';",
    "a<b{} @import url(x);",
    "</style><script>alert(1)</script><style>",
  ])("style sheets that load or end early: %s", (css) => {
    expect(cleaned(`<style>${css}</style>x`)).toMatch(/^(?:<style><\/style>)*x$/);
  });

  test("control, reordering and invisible characters, also as entities", () => {
    expect(cleaned("a\u202Egnp.exe&#8238;&#x200B;\u0000\u001b[31mb&#27;")).toBe("agnp.exe[31mb");
  });
});

/** Pieces that sanitisers have stumbled over, in any order. */
const PIECES = [
  ..."< > \" ' / = & ; <!-- --> <![CDATA[ ]]> </ <a <p <style> </style> <svg> <math> <title> </title> <noscript>".split(
    " ",
  ),
  ..."<textarea> </textarea> <xmp> <plaintext> <select> <option> <template> <table> <html> <body> <img".split(" "),
  ...[
    " href=",
    " src=",
    " style=",
    " onerror=",
    " onclick=",
    "alert(1)",
    "javascript:",
    "data:text/html,",
    "url(",
    "\u0000",
    " ",
  ],
];

describe("whatever is cleaned", () => {
  const anyHtml = fc.oneof(
    fc.array(fc.oneof(fc.constantFrom(...PIECES), anyText), { maxLength: 30 }).map((pieces) => pieces.join("")),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join("")),
  );
  const outcomeOf = (html: string) => {
    const clean = cleanHtml(html, "Subject");
    if (!clean.ok) throw new Error(clean.message);
    return clean.html;
  };

  test("has no tag or attribute that could run or load something", () => {
    fc.assert(
      fc.property(anyHtml, (html) => {
        const tags = [...outcomeOf(html).matchAll(/<\/?([a-zA-Z!][^\s/>]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*\/?>/g)];

        for (const [, name = "", attributes = ""] of tags) {
          expect(name).not.toMatch(/^(?:script|iframe|object|embed|form|input|base|link|svg|math|template)$/i);
          expect(attributes).not.toMatch(/\s(?:on\w+|srcset|http-equiv|formaction|background)=/i);
          expect(attributes).not.toMatch(/(?:href|src)="\s*(?:javascript|data|vbscript):/i);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("stays as it is when it is cleaned again", () => {
    fc.assert(
      fc.property(anyHtml, (html) => {
        const once = outcomeOf(html);

        expect(outcomeOf(once).replaceAll(/\s+/g, "")).toBe(outcomeOf(outcomeOf(once)).replaceAll(/\s+/g, ""));
      }),
      { numRuns: 200 },
    );
  });
});
