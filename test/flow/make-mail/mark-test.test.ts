import { describe, expect, test } from "vitest";
import { markTest } from "../../../shared/flow/make-mail/mark-test.ts";
import { renderBuiltIn } from "../../../shared/templates/built-in.ts";
import { aJob, anEvent, settingsOf } from "../../fakes/builders.ts";
import { createSender } from "../sender-in-memory.ts";

const NOTICE = "This is a sample that an administrator asked for. Nothing has happened.";

describe("a sample", () => {
  test("says in its subject, in its text and in its HTML that it is one", () => {
    const rendered = renderBuiltIn(anEvent(), undefined);

    const marked = markTest(rendered);

    expect(marked.subject).toBe(`[Test] ${rendered.subject}`);
    expect(marked.text).toBe(`${NOTICE}\n\n${rendered.text}`);
    expect(marked.html).toMatch(new RegExp(`<body [^>]*><div [^>]*>${NOTICE}</div>`));
    expect(marked.html.split(NOTICE)).toHaveLength(2);
  });

  test("says so in front of HTML that has no body", () => {
    const marked = markTest({ subject: "s", html: "<p>Hello</p>", text: "Hello" });

    expect(marked.html).toMatch(new RegExp(`^<div [^>]*>${NOTICE}</div><p>Hello</p>$`));
  });

  test("is marked on its way out, and other mails are not", async () => {
    const sender = createSender({ settings: [settingsOf("acme")] });

    await sender.take(aJob({ isTest: true }), aJob({ eventId: "evt-2" }));

    expect(sender.sent.map(({ mail }) => mail.subject).map((subject) => subject.startsWith("[Test] "))).toEqual([
      true,
      false,
    ]);
  });
});
