import { describe, expect, test } from "vitest";
import type { DigestContent } from "../../../shared/domain/digest-content.ts";
import type { PipelineEvent } from "../../../shared/domain/event.ts";
import { type MakeDigestDeps, makeDigest } from "../../../shared/flow/make-mail/make-digest.ts";
import { aJob, anEvent, later, NOW, tenantNamed } from "../../fakes/builders.ts";
import { createMemoryDigestStore } from "../../fakes/memory-digest-store.ts";
import { plainMails } from "../../fakes/plain-mails.ts";
import { createSender } from "../sender-in-memory.ts";

const ACME = tenantNamed("acme");

/** For tests in which it does not matter that a digest begins. */
const BEGIN = async (): Promise<void> => undefined;

const { event: _, ...FIELDS } = aJob();
const JOB = { ...FIELDS, kind: "digest", eventId: "digest-1" } as const;

/** A digest with these events in it; what is rendered of it, and which events were read together. */
const digestOf = async (
  eventIds: readonly string[],
  stored: (id: string) => PipelineEvent[] = (id) => [anEvent({ id })],
) => {
  const digests = createMemoryDigestStore();
  const rendered: DigestContent[] = [];
  const batches: number[] = [];
  await digests.add(ACME, JOB.deliveryId, eventIds, NOW, BEGIN);
  const deps: MakeDigestDeps = {
    ...plainMails(),
    digests,
    events: {
      async readMany(_tenant, ids) {
        batches.push(ids.length);
        return ids.flatMap(stored);
      },
    },
    renderDigest: async (content) => {
      rendered.push(content);
      return { subject: "Digest", html: "<p></p>", text: "" };
    },
    now: () => later(900),
  };
  return { digests, rendered, batches, make: () => makeDigest(deps, JOB, undefined) };
};

describe("the mail of a digest", () => {
  test("tells of its events, and of the same ones when it is made again", async () => {
    const digest = await digestOf(["e1", "e2"]);

    const made = await digest.make();
    const late = await digest.digests.add(ACME, JOB.deliveryId, ["e3"], later(901), BEGIN);
    await digest.make();

    expect(made).toMatchObject({ kind: "mail", rendered: { subject: "Digest" }, about: undefined });
    expect(late).toEqual(["e3"]);
    for (const { id, scope, events, more } of digest.rendered) {
      expect({ id, scope, more }).toEqual({ id: JOB.deliveryId, scope: "acme", more: 0 });
      expect(events.map((event) => event.id)).toEqual(["e1", "e2"]);
    }
    expect(digest.rendered).toHaveLength(2);
  });

  test("is not made of nothing", async () => {
    const digest = await digestOf([]);

    expect(await digest.make()).toEqual({ kind: "nothing", reason: "No event came into this digest." });
  });

  test("counts events that are not stored any more", async () => {
    const digest = await digestOf(["e1", "e2", "e3"], (id) => (id === "e2" ? [] : [anEvent({ id })]));

    await digest.make();

    expect(digest.rendered).toMatchObject([{ events: [{ id: "e1" }, { id: "e3" }], more: 1 }]);
  });

  test("of a great many events reads a thousand, a hundred at a time, and counts the others", async () => {
    const digest = await digestOf(Array.from({ length: 1250 }, (_, index) => `e${index}`));

    await digest.make();

    expect(digest.batches).toEqual(Array.from({ length: 10 }, () => 100));
    expect(digest.rendered[0]?.events).toHaveLength(1000);
    expect(digest.rendered[0]?.more).toBe(250);
  });

  test("keeps nothing of its events that it would not show", async () => {
    const message = "x".repeat(100_000);
    const digest = await digestOf(["e1"], (id) => [anEvent({ id, message, data: { log: message } })]);

    await digest.make();

    expect(JSON.stringify(digest.rendered[0]?.events).length).toBeLessThan(2000);
  });
});

describe("a digest that is due", () => {
  test("goes out as one mail", async () => {
    const digests = createMemoryDigestStore();
    await digests.add(ACME, JOB.deliveryId, ["e1", "e2"], NOW, BEGIN);
    const sender = createSender({ deps: { digests } });

    await sender.take(JOB);

    expect(sender.sent.map(({ mail }) => mail.subject)).toEqual(["2 events"]);
    expect(sender.delivery(JOB)?.state).toBe("accepted");
  });

  test("and empty is cancelled", async () => {
    const sender = createSender();

    await sender.take(JOB);

    expect(sender.sent).toEqual([]);
    expect(sender.delivery(JOB)).toMatchObject({ state: "cancelled", note: "No event came into this digest." });
  });
});
