import { describe, expect, test } from "vitest";
import type { PipelineEvent } from "../../../shared/domain/event.ts";
import { compose, messageIdOf, threadIdOf } from "../../../shared/flow/deliver/compose.ts";
import { addressOf, aJob, anEvent, scopeOf, settingsOf } from "../../fakes/builders.ts";

const { settings } = settingsOf("acme", { replyTo: { address: addressOf("ops@acme.example") } });

const RENDERED = { subject: "Build API failed", html: "<p>Build API failed</p>", text: "Build API failed" };

const madeFor = (about: PipelineEvent) => ({ rendered: RENDERED, about, note: null });

describe("a composed mail", () => {
  test("takes each part from where it belongs", () => {
    const job = aJob();

    const mail = compose(job, madeFor(anEvent()), settings, "<id@acme.example>");

    expect(mail).toEqual({
      from: { name: "CI", address: "ci@acme.example" },
      replyTo: { address: "ops@acme.example" },
      to: "ada@acme.example",
      ...RENDERED,
      messageId: "<id@acme.example>",
      references: [threadIdOf(anEvent(), settings)],
      deliveryId: job.deliveryId,
      scope: "acme",
    });
  });

  test("belongs to no thread when the event has no run", () => {
    const mail = compose(aJob(), madeFor(anEvent({ run: undefined })), settings, "<id@acme.example>");

    expect(mail.references).toEqual([]);
  });
});

describe("the Message-ID of a delivery", () => {
  test("is made of its id and the sender's domain", () => {
    const { deliveryId } = aJob();

    expect(messageIdOf(deliveryId, settings)).toBe(`<${deliveryId}@acme.example>`);
  });

  test("has a domain of its own while there are no settings", () => {
    expect(messageIdOf(aJob().deliveryId, undefined)).toMatch(/@tidings\.invalid>$/);
  });
});

describe("the thread of a run", () => {
  const thread = threadIdOf(anEvent(), settings);

  test("is the same for every event of the run", () => {
    expect(threadIdOf(anEvent({ id: "evt-2", type: "StageFailed", message: "x" }), settings)).toBe(thread);
    expect(thread).toMatch(/^<run-[0-9a-f]{32}@acme\.example>$/);
  });

  test.each([
    ["run", anEvent({ run: { id: "513" } })],
    ["pipeline", anEvent({ pipeline: { id: "build-web" } })],
    ["scope", anEvent({ scope: scopeOf("acme.eng") })],
  ])("differs with the %s", (_, event) => {
    expect(threadIdOf(event, settings)).not.toBe(thread);
  });
});
