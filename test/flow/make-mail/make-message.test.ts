import { describe, expect, test } from "vitest";
import type { Message } from "../../../shared/domain/message.ts";
import type { CleanHtml } from "../../../shared/domain/template.ts";
import { makeMessage } from "../../../shared/flow/make-mail/make-message.ts";
import { onFirstUse } from "../../../shared/runtime/on-first-use.ts";
import { addressOf, aJob, NOW, scopeOf } from "../../fakes/builders.ts";
import { plainMails } from "../../fakes/plain-mails.ts";

const aMessage = (different: Partial<Message>): Message => ({
  id: "m-1",
  scope: scopeOf("acme"),
  time: NOW.toISOString(),
  to: [addressOf("ada@acme.example")],
  cc: [],
  attachments: [],
  ...different,
});

const JOB = aJob({ kind: "message", eventId: "m-1", event: undefined });

const make = (message: Message | undefined, clean: CleanHtml = { ok: false, message: "is too large" }) => {
  const mails = plainMails();
  const deps = {
    ...mails,
    ...onFirstUse(["renderMessage"], () => import("../../../shared/templates/message.ts")),
    ...onFirstUse(["renderText"], () => import("../../../shared/templates/text-mail.ts")),
    events: { ...mails.events, readMessage: async () => message },
    templates: { ...mails.templates, clean: async () => clean },
  };
  return makeMessage(deps, JOB, undefined);
};

describe("a message in its publisher's own words", () => {
  const BOTH = aMessage({ subject: "Lunch", text: "At noon.", html: "<p>Noon!</p>" });

  test("keeps both parts when both are given", async () => {
    const made = await make(BOTH, { ok: true, html: "<p>clean</p>", text: "of the HTML" });

    expect(made).toMatchObject({
      kind: "mail",
      rendered: { subject: "Lunch", text: "At noon.\n", html: "<p>clean</p>" },
      note: null,
      message: BOTH,
    });
  });

  test("is sent as text when its HTML cannot be, and the note says so", async () => {
    expect(await make(BOTH)).toMatchObject({
      rendered: { text: "At noon.\n", html: expect.stringContaining("At noon.") },
      note: "The HTML of the message could not be used: it is too large; its text was sent.",
    });
  });

  test("is not lost when its HTML cannot be sent and there is no text", async () => {
    expect(await make(aMessage({ subject: "Lunch", html: "<p>Noon!</p>" }))).toMatchObject({
      rendered: { subject: "Lunch", text: "The content of this message could not be shown.\n" },
      note: expect.stringContaining("is too large"),
    });
  });
});

test("a message that is not stored is an error, so that the delivery is tried again", async () => {
  await expect(make(undefined)).rejects.toThrow(/its message is not stored/);
});

test("a mail of a message belongs to no run's thread", async () => {
  const made = await make(aMessage({ template: "password-reset", data: { url: "https://acme.example/r" } }));

  expect(made).toMatchObject({ about: undefined, rendered: { subject: "Reset your password" } });
});
