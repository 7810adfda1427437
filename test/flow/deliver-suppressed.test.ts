import { describe, expect, test } from "vitest";
import { noticeJob } from "../../shared/contracts/deliver-job.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import {
  addressOf,
  aFailure,
  aJob,
  anEvent,
  NOW,
  scopeOf,
  settingsOf,
  smtpTo,
  unknownRecipient,
} from "../fakes/builders.ts";
import { createMemoryDigestStore } from "../fakes/memory-digest-store.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { createSender, endings } from "./sender-in-memory.ts";

const ADA = addressOf("ada@acme.example");
const ACME = scopeOf("acme");
const BY_HAND = { address: ADA, cause: "manual", reason: "Left", deliveryId: null } as const;
const ACTOR = { by: "ada", at: NOW };

const NOTE = "Not sent: the recipient is on the tenant's suppression list.";

type Sender = ReturnType<typeof createSender>;

const listed = async ({ suppressions }: Sender, scope = ACME) =>
  (await suppressions.list(scope, { limit: 10 })).items.map(({ address }) => address);

/** A job of another event to the same person. */
const anotherJob = (eventId = "evt-2") => aJob({ event: anEvent({ id: eventId }), eventId });

describe("a mail whose recipient is on the suppression list", () => {
  test("ends as suppressed with a note, and no provider is asked", async () => {
    const sender = createSender();
    await sender.suppressions.add(ACME, BY_HAND, ACTOR);

    expect(await sender.take(aJob({ recipient: addressOf("Ada@acme.example") }))).toEqual([]);

    expect(sender.opened).toEqual([]);
    expect(sender.delivery()).toMatchObject({ state: "suppressed", note: NOTE, attempts: [], dueAt: null });
  });

  test("ends so too when it was put there while the mail waited for its next try", async () => {
    const sender = createSender({ script: endings(aFailure()) });
    await sender.take(aJob());
    const waiting = sender.waitingJob();

    await sender.suppressions.add(ACME, BY_HAND, ACTOR);
    sender.wait(600);
    await sender.take(waiting);

    expect(sender.sent).toHaveLength(1);
    expect(sender.delivery()).toMatchObject({ state: "suppressed", attempts: [{ class: "transient" }] });
    expect(sender.deliveries.waiting(aJob().deliveryId)).toBeNull();
  });

  test("ends so too where nothing could be sent", async () => {
    const sender = createSender({ settings: [] });
    await sender.suppressions.add(ACME, BY_HAND, ACTOR);

    await sender.take(aJob());

    expect(sender.delivery()?.state).toBe("suppressed");
  });

  test("does not wait for a server that is left alone", async () => {
    const sender = createSender({ script: () => aFailure() });
    for (let failures = 0; failures < 5; failures += 1) await sender.take(anotherJob(`evt-${failures}`));
    await sender.suppressions.add(ACME, BY_HAND, ACTOR);

    await sender.take(anotherJob("last"));

    expect(sender.delivery(anotherJob("last"))?.state).toBe("suppressed");
  });

  test("keeps in mind that an earlier try may have gone out", async () => {
    const sender = createSender({ script: endings(aFailure({ class: "ambiguous", reason: "possibly-sent" })) });
    await sender.take(aJob());
    const waiting = sender.waitingJob();
    await sender.suppressions.add(ACME, BY_HAND, ACTOR);

    await sender.take(waiting);

    expect(sender.delivery()).toMatchObject({ state: "suppressed", possibleDuplicate: true });
  });

  test("closes the digest that it is: events that come later are in the next one", async () => {
    const digests = createMemoryDigestStore();
    const sender = createSender({ deps: { digests } });
    const { event: _, ...fields } = aJob();
    const job = { ...fields, kind: "digest", eventId: "digest-1" } as const;
    const add = (eventId: string) => digests.add(tenantOf(ACME), job.deliveryId, [eventId], NOW, async () => {});
    await add("e1");
    await sender.suppressions.add(ACME, BY_HAND, ACTOR);

    await sender.take(job);

    expect(sender.delivery(job)?.state).toBe("suppressed");
    expect(await add("e2")).toEqual(["e2"]);
  });

  test("comes again, without a claim, when its digest could not be closed", async () => {
    const digests = { close: () => Promise.reject(new Error("the table is not there")) };
    const sender = createSender({ deps: { digests } });
    const { event: _, ...fields } = aJob();
    await sender.suppressions.add(ACME, BY_HAND, ACTOR);

    const again = await sender.take({ ...fields, kind: "digest", eventId: "digest-1" });

    expect(again).toEqual(["m0"]);
    expect(sender.delivery()).toBeUndefined();
  });

  test("goes out to the same address when another tenant sends it", async () => {
    const sender = createSender({ settings: [settingsOf("acme"), settingsOf("globex")] });
    await sender.suppressions.add(ACME, BY_HAND, ACTOR);
    const theirs = aJob({ scope: scopeOf("globex") });

    await sender.take(aJob(), theirs);

    expect(sender.sent.map(({ scope }) => scope)).toEqual(["globex"]);
    expect(sender.delivery(theirs)?.state).toBe("accepted");
  });

  test("goes out once the address is taken off the list", async () => {
    const sender = createSender();
    await sender.suppressions.add(ACME, BY_HAND, ACTOR);
    await sender.take(aJob());

    await sender.suppressions.remove(ACME, ADA, ACTOR);
    await sender.take(anotherJob());

    expect(sender.delivery(anotherJob())?.state).toBe("accepted");
  });
});

describe("a mail whose recipient has unsubscribed", () => {
  const UNSUBSCRIBED = { ...BY_HAND, cause: "unsubscribed", reason: null } as const;
  const MESSAGE = {
    id: "msg-1",
    scope: ACME,
    time: NOW.toISOString(),
    subject: "Hello",
    text: "Hello",
    to: [ADA],
    cc: [],
    attachments: [],
  };

  const createUnsubscribed = async () => {
    const sender = createSender({
      deps: { events: { read: async () => undefined, readMany: async () => [], readMessage: async () => MESSAGE } },
    });
    await sender.suppressions.add(ACME, UNSUBSCRIBED, ACTOR);
    return sender;
  };

  test.each(["event", "digest"] as const)(
    "ends as suppressed when rules caused it as %s, and says why",
    async (kind) => {
      const sender = await createUnsubscribed();

      await sender.take(aJob({ kind }));

      expect(sender.sent).toEqual([]);
      expect(sender.delivery()).toMatchObject({
        state: "suppressed",
        note: "Not sent: the recipient has unsubscribed from the mails of the tenant's rules.",
      });
    },
  );

  test("goes out when it is a direct message", async () => {
    const sender = await createUnsubscribed();

    await sender.take(aJob({ kind: "message", eventId: "msg-1" }));

    expect(sender.sent.map(({ mail }) => [mail.to, mail.subject])).toEqual([[ADA, "Hello"]]);
  });

  test("goes out when it is Tidings' own notice", async () => {
    const sender = await createUnsubscribed();

    await sender.take(noticeJob(ACME, ADA, anEvent()));

    expect(sender.sent.map(({ mail }) => mail.to)).toEqual([ADA]);
  });
});

describe("a recipient whom the server does not know", () => {
  test("is put on the list of the tenant with the server's words, and is not mailed again", async () => {
    const sender = createSender({ script: endings(unknownRecipient()) });

    await sender.take(aJob());
    await sender.take(anotherJob());

    expect((await sender.suppressions.list(ACME, { limit: 10 })).items).toEqual([
      {
        address: ADA,
        cause: "bounced",
        reason: "550 5.1.1 Unknown user",
        deliveryId: aJob().deliveryId,
        createdAt: NOW.toISOString(),
        createdBy: "tidings",
      },
    ]);
    expect(sender.delivery()?.state).toBe("rejected");
    expect(sender.delivery(anotherJob())?.state).toBe("suppressed");
    expect(sender.sent).toHaveLength(1);
  });

  test("is put there after the mail's own outcome is stored", async () => {
    const order: string[] = [];
    const sender = createSender({
      script: endings(unknownRecipient()),
      deps: { suppressions: { add: async () => void order.push(`listed, mail ${sender.delivery()?.state}`) } },
    });

    await sender.take(aJob());

    expect(order).toEqual(["listed, mail rejected"]);
  });

  test("is put there also by what a fallback says", async () => {
    const fallback = [smtpTo("other.acme.example")];
    const sender = createSender({
      settings: [settingsOf("acme", { fallback })],
      script: endings(aFailure(), unknownRecipient()),
    });

    await sender.take(aJob());

    expect(sender.delivery()?.state).toBe("rejected");
    expect(await listed(sender)).toEqual([ADA]);
  });

  test("is put on no list when the operator mails", async () => {
    const sender = createSender({ script: endings(unknownRecipient()) });

    await sender.take(aJob({ scope: scopeOf("system") }));

    expect(await listed(sender, scopeOf("system"))).toEqual([]);
    expect(await listed(sender)).toEqual([]);
  });

  test("does not keep the mail from being rejected when the list cannot be written", async () => {
    const failure = new Error("the table is not there");
    const sender = createSender({
      script: endings(unknownRecipient()),
      deps: { suppressions: { add: () => Promise.reject(failure) } },
    });

    expect(await sender.take(aJob())).toEqual([]);

    expect(sender.delivery()?.state).toBe("rejected");
    expect(sender.log.lines).toContainEqual(
      expect.objectContaining({ level: "error", event: "address.not-suppressed", error: failure }),
    );
  });
});

test.each([
  { title: "that was accepted", outcome: ACCEPTED },
  {
    title: "that policy forbids",
    outcome: { ...unknownRecipient(), reason: "message-refused", enhancedCode: "5.7.1" } as const,
  },
  { title: "to a mailbox that is full", outcome: { ...unknownRecipient(), code: 552, enhancedCode: "5.2.2" } },
  { title: "that is refused for now", outcome: { ...unknownRecipient(), class: "transient", code: 450 } as const },
  {
    title: "that SendGrid refuses",
    outcome: aFailure({ class: "permanent", reason: "message-refused", phase: "accepted", code: 400 }),
  },
])("a mail $title costs no write to the list", async ({ outcome }) => {
  const writes: unknown[] = [];
  const sender = createSender({
    script: endings(outcome),
    deps: { suppressions: { add: async (...write) => void writes.push(write) } },
  });

  await sender.take(aJob());

  expect(writes).toEqual([]);
});
