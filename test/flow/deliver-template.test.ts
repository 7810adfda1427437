import { describe, expect, test } from "vitest";
import type { TemplateContent } from "../../shared/domain/template.ts";
import { templateEngine } from "../../shared/templates/template-engine.ts";
import { addressOf, aJob, anEvent, scopeOf, settingsOf } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { createSender } from "./sender-in-memory.ts";

const template = { scope: scopeOf("acme"), id: "failed", version: 3, contentId: "c3" };

const senderOf = (content: TemplateContent | undefined, deps: Parameters<typeof createSender>[0] = {}) =>
  createSender({
    ...deps,
    deps: { templates: templateEngine, templateContents: { get: async () => content }, ...deps.deps },
  });

const HTML = { subject: "{{ status }}: {{ pipeline.name }}", html: "<p>{{ message }}</p>" };

const aTemplatedJob = (name: string) =>
  aJob({ template, recipient: addressOf(`${name}@acme.example`), event: anEvent({ message: `For ${name}` }) });

describe("a mail with a template", () => {
  test("is sent in the template's words", async () => {
    const sender = senderOf(HTML);

    await sender.take(aTemplatedJob("ada"));

    expect(sender.sent[0]?.mail).toMatchObject({ subject: "Failed: Build API", text: "For ada\n" });
    expect(sender.delivery(aTemplatedJob("ada"))).toMatchObject({ state: "accepted", note: null });
  });

  test("speaks as the brand of its scope does", async () => {
    const brands = [{ scope: scopeOf("acme"), name: "Acme", locale: "de", timezone: "Europe/Berlin" }];
    const config = fixedSending([settingsOf("acme")], brands);
    const sender = senderOf({ ...HTML, html: "{{ brand.name }} {{ time | date }}" }, { deps: { config } });

    await sender.take(aTemplatedJob("ada"));

    expect(sender.sent[0]?.mail.text).toBe("Acme 20.11.2026, 12:59\n");
  });

  test.each([
    ["is gone", undefined, "its content is not stored"],
    ["cannot be parsed", { ...HTML, html: "\n {% if %}" }, "its html, line 2, column 7: invalid value expression"],
    [
      "never ends",
      { ...HTML, html: `${"{% for i in (1..9999) %}".repeat(4)}${"{% endfor %}".repeat(4)}` },
      "makes too much work",
    ],
    [
      "is nested 10,000 blocks deep",
      { ...HTML, html: "{%if a%}".repeat(10_000) },
      "has more than 50 blocks within each other",
    ],
    ["is empty", { ...HTML, html: "{{ nothing }}" }, "its html shows nothing"],
    [
      "has a subject that fails",
      { ...HTML, subject: "{{ a | nope }}" },
      "its subject, line 1, column 1: undefined filter: nope",
    ],
    [
      "has a text part that fails",
      { ...HTML, text: "{% include 'a' %}" },
      'its text, line 1, column 1: tag "include" not found',
    ],
  ])("is the built-in one when the template %s, and its delivery says why", async (_, content, reason) => {
    const sender = senderOf(content);

    const again = await sender.take(aTemplatedJob("ada"));

    expect(again).toEqual([]);
    expect(sender.sent.map(({ mail }) => mail.subject)).toEqual(["About PipelineFailed"]);
    const { note, state } = sender.delivery(aTemplatedJob("ada")) ?? {};
    expect(state).toBe("accepted");
    expect(note).toMatch(/^Template acme\/failed version 3 could not be used: .*; the built-in mail was sent\.$/);
    expect(note).toContain(reason);
  });

  test("is the built-in one when the content cannot be read, or the engine breaks", async () => {
    const unreadable = senderOf(HTML, { deps: { templateContents: { get: () => Promise.reject(new Error("down")) } } });
    const broken = senderOf(HTML, {
      deps: { templates: { ...templateEngine, render: () => Promise.reject(new Error("bug")) } },
    });

    await unreadable.take(aTemplatedJob("ada"));
    await broken.take(aTemplatedJob("ada"));

    for (const sender of [unreadable, broken]) {
      expect(sender.sent[0]?.mail.subject).toBe("About PipelineFailed");
      expect(sender.delivery(aTemplatedJob("ada"))?.note).toContain("it could not be read or rendered");
    }
  });

  test("that attacks leaves the other mails of its batch as they are", async () => {
    const bad = { ...HTML, html: `${"{% for i in (1..9999) %}".repeat(9)}x${"{% endfor %}".repeat(9)}` };
    const contents = new Map([
      ["c3", HTML],
      ["bad", bad],
    ]);
    const sender = createSender({
      deps: { templates: templateEngine, templateContents: { get: async (_, contentId) => contents.get(contentId) } },
    });
    const attacks = ["a", "b", "c"].map((name) => ({
      ...aTemplatedJob(name),
      template: { ...template, contentId: "bad" },
    }));
    const others = ["d", "e", "f"].map(aTemplatedJob);

    const again = await sender.take(...attacks, ...others, aJob({ recipient: addressOf("g@acme.example") }));

    expect(again).toEqual([]);
    expect(sender.sent.map(({ mail }) => `${mail.to} ${mail.subject}`).sort()).toEqual([
      ...["a", "b", "c"].map((name) => `${name}@acme.example About PipelineFailed`),
      ...["d", "e", "f"].map((name) => `${name}@acme.example Failed: Build API`),
      "g@acme.example About PipelineFailed",
    ]);
    expect(others.map((job) => sender.delivery(job)?.note)).toEqual([null, null, null]);
  });
});
