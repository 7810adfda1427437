import { describe, expect, test } from "vitest";
import { noticeJob } from "../../../shared/contracts/deliver-job.ts";
import { openSubscription } from "../../../shared/domain/unsubscribe-token.ts";
import { unsubscribeLinkFor } from "../../../shared/flow/make-mail/unsubscribe-link.ts";
import { addressOf, aJob, anEvent, NOW, scopeOf, tenantNamed } from "../../fakes/builders.ts";
import { createMemoryDigestStore } from "../../fakes/memory-digest-store.ts";
import { LINK_KEY, plainMails } from "../../fakes/plain-mails.ts";
import { createSender } from "../sender-in-memory.ts";

const ADA = addressOf("ada@acme.example");

const FORM = /^https:\/\/api\.tidings\.example\/v1\/unsubscribe\/([\w-]+)$/;

/** Whom the link in a mail unsubscribes from what. */
const meantBy = (url: string | undefined) => openSubscription(LINK_KEY, FORM.exec(url ?? "")?.[1] ?? "");

describe("the link to unsubscribe", () => {
  test("says who is meant, and is the same for all mails that rules of a tenant cause for somebody", async () => {
    const jobs = [aJob(), aJob({ scope: scopeOf("acme.eng") }), aJob({ kind: "digest" }), aJob({ isTest: true })];

    const links = await Promise.all(jobs.map((job) => unsubscribeLinkFor(plainMails(), job)));

    expect(new Set(links).size).toBe(1);
    expect(meantBy(links[0])).toEqual({ tenant: "acme", address: ADA });
  });

  test.each([
    { title: "direct messages", job: aJob({ kind: "message" }) },
    { title: "Tidings' own notices", job: noticeJob(scopeOf("acme"), ADA, anEvent()) },
    { title: "mails of the operator, who has no list", job: aJob({ scope: scopeOf("system") }) },
  ])("is not in $title, and its key is not read for them", async ({ job }) => {
    const linkKeys = { get: () => Promise.reject(new Error("somebody asked for the key")) };
    const deps = { ...plainMails(), linkKeys };

    expect(await unsubscribeLinkFor(deps, job)).toBeUndefined();
    expect(deps.log).toMatchObject({ lines: [] });
  });
});

describe("a sender", () => {
  test("puts the link into the headers of mails about events and of digests", async () => {
    const digests = createMemoryDigestStore();
    const sender = createSender({ deps: { digests } });
    const { event: _, ...fields } = aJob({ recipient: addressOf("bob@acme.example") });
    await digests.add(tenantNamed("acme"), fields.deliveryId, ["e1"], NOW, async () => {});

    await sender.take(aJob(), { ...fields, kind: "digest", eventId: "digest-1" });

    expect(sender.sent.map(({ mail }) => meantBy(mail.unsubscribeUrl)?.address).toSorted()).toEqual([
      "ada@acme.example",
      "bob@acme.example",
    ]);
  });

  test("gives the link to whatever makes the words of a mail", async () => {
    const given: (string | undefined)[] = [];
    const words = { subject: "About it", html: "<p></p>", text: "" };
    const sender = createSender({
      deps: {
        renderBuiltIn: async (_event, _brand, unsubscribeUrl) => {
          given.push(unsubscribeUrl);
          return words;
        },
      },
    });

    await sender.take(aJob());
    await sender.take(noticeJob(scopeOf("acme"), ADA, anEvent({ id: "notice-1" })));

    expect([meantBy(given[0])?.address, given[1]]).toEqual([ADA, undefined]);
  });

  test("sends a mail without its link when there is no key, says so, and asks again for the next one", async () => {
    const answers = [() => Promise.reject(new Error("throttled")), async () => LINK_KEY];
    const get = () => answers.shift()?.() ?? Promise.reject(new Error("asked too often"));
    const sender = createSender({ deps: { linkKeys: { get } } });
    const next = aJob({ event: anEvent({ id: "evt-2" }), eventId: "evt-2" });

    expect(await sender.take(aJob())).toEqual([]);
    expect(await sender.take(next)).toEqual([]);

    expect(sender.sent.map(({ mail }) => mail.unsubscribeUrl !== undefined)).toEqual([false, true]);
    expect([sender.delivery()?.state, sender.delivery(next)?.state]).toEqual(["accepted", "accepted"]);
    expect(sender.metrics.sums()).toMatchObject({ LinksMissing: 1, "MailsAccepted/smtp": 2 });
    expect(sender.log.lines).toContainEqual({
      level: "warn",
      event: "mail.without-unsubscribe-link",
      fields: { tenant: "acme", deliveryId: aJob().deliveryId, reason: "Error: throttled" },
    });
  });
});
