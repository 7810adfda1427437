import { describe, expect, test } from "vitest";
import type { Report } from "../../shared/contracts/sendgrid-events.ts";
import type { Delivery } from "../../shared/domain/delivery.ts";
import type { FeedbackKind } from "../../shared/domain/feedback.ts";
import type { SuppressionCause } from "../../shared/domain/suppression.ts";
import { takeFeedback } from "../../shared/flow/feedback.ts";
import type { HeardDeliveries } from "../../shared/flow/feedback-ports.ts";
import { later, scopeOf } from "../fakes/builders.ts";
import { aDelivery } from "../fakes/history-data.ts";
import { createMemoryHeardDeliveries } from "../fakes/memory-heard-deliveries.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createMemoryPublisher } from "../fakes/memory-publisher.ts";
import { createMemorySuppressions } from "../fakes/memory-suppressions.ts";

const ACME = scopeOf("acme");

const startHearing = (...deliveries: readonly Delivery[]) => {
  const stored = createMemoryHeardDeliveries(deliveries);
  const suppressions = createMemorySuppressions();
  const announcer = createMemoryPublisher();
  const deps = { deliveries: stored, suppressions, announcer, log: createMemoryLog(), now: () => later(60) };
  return {
    deps,
    take: (reports: readonly Report[], from = ACME) => takeFeedback(deps, from, reports),
    delivery: (id = deliveries[0]?.id) => stored.all().find((delivery) => delivery.id === id),
    list: async (scope = ACME) => (await suppressions.list(scope, { limit: 10 })).items,
    announced: () => announcer.announced.flat().map(({ detailType }) => detailType),
    notices: () => announcer.announced.flat(),
  };
};

let ids = 0;

/** A report; each is a second later than the one before and has an id of its own. */
const heard = (delivery: Delivery, kind: FeedbackKind, suppresses: SuppressionCause | null = null): Report => {
  ids += 1;
  return {
    deliveryId: delivery.id,
    scope: delivery.scope,
    feedback: { id: `event-${ids}`, kind, at: later(ids).toISOString(), enhancedCode: null, text: "its words" },
    suppresses,
  };
};

const SENT = aDelivery("acme.eng", "evt-1");

/** A mail that SendGrid may have: it waits for its second try. */
const DOUBTFUL: Delivery = {
  ...SENT,
  state: "ambiguous",
  provider: "sendgrid",
  possibleDuplicate: true,
  attempts: SENT.attempts.map((attempt) => ({ ...attempt, class: "ambiguous" })),
  dueAt: later(600).toISOString(),
};

describe("feedback on a mail that was accepted", () => {
  test("moves it forward and is kept in the order of time, whatever the order in which it comes", async () => {
    const hearing = startHearing(SENT);
    const [processed, delivered] = [heard(SENT, "processed"), heard(SENT, "delivered")];

    const taken = await hearing.take([delivered, processed]);

    expect(taken).toEqual({ heard: 1, busy: 0 });
    expect(hearing.delivery()).toMatchObject({
      state: "delivered",
      feedback: [processed.feedback, delivered.feedback],
      updatedAt: later(60).toISOString(),
      note: null,
    });
    expect(hearing.announced()).toEqual(["Delivery Delivered"]);
  });

  test("changes nothing and tells nobody when it comes again", async () => {
    const hearing = startHearing(SENT);
    const reports = [heard(SENT, "delivered"), heard(SENT, "bounced", "bounced")];
    await hearing.take(reports);
    const once = hearing.delivery();

    const again = await hearing.take([...reports, ...reports].reverse());

    expect(again).toEqual({ heard: 0, busy: 0 });
    expect(hearing.delivery()).toEqual(once);
    expect(hearing.announced()).toEqual(["Delivery Bounced"]);
  });

  test("does not put an address back on the list that somebody took off, when it is replayed", async () => {
    const hearing = startHearing(SENT);
    const reports = [heard(SENT, "bounced", "bounced")];
    await hearing.take(reports);
    await hearing.deps.suppressions.remove(ACME, SENT.recipient, { by: "ada", at: later(61) });

    await hearing.take(reports);

    expect(await hearing.list()).toEqual([]);
  });

  test.each([
    ["bounced", "bounced"],
    ["complained", "complained"],
    ["unsubscribed", "unsubscribed"],
    ["dropped", "complained"],
  ] as const)("by which it was %s puts the recipient on the tenant's list as %s", async (kind, cause) => {
    const hearing = startHearing(SENT);

    await hearing.take([heard(SENT, kind, cause)]);

    expect(await hearing.list()).toMatchObject([
      { address: SENT.recipient, cause, reason: "its words", deliveryId: SENT.id, createdBy: "tidings" },
    ]);
  });

  test("tells on the bus which mail it was and what was said", async () => {
    const hearing = startHearing(SENT);

    await hearing.take([heard(SENT, "complained", "complained")]);

    expect(hearing.notices()).toEqual([
      {
        detailType: "Delivery Complained",
        detail: {
          id: SENT.id,
          scope: "acme.eng",
          eventId: "evt-1",
          pipelineId: "build-api",
          recipient: "ada@acme.example",
          messageId: SENT.messageId,
          ruleIds: ["on-failure"],
          subject: "Build API failed",
          state: "complained",
          possibleDuplicate: false,
          provider: "smtp",
          note: null,
          reason: "complained",
          code: null,
          enhancedCode: null,
          text: "its words",
          at: later(60).toISOString(),
        },
      },
    ]);
  });

  test("is kept fifty times at most, but for what changes the state", async () => {
    const hearing = startHearing(SENT);
    await hearing.take(Array.from({ length: 70 }, () => heard(SENT, "deferred")));

    await hearing.take([heard(SENT, "deferred"), heard(SENT, "delivered"), heard(SENT, "bounced", "bounced")]);

    expect(hearing.delivery()?.feedback).toHaveLength(52);
    expect(hearing.delivery()?.state).toBe("bounced");
  });
});

describe("feedback on a mail of which nobody knows whether it was taken", () => {
  test("ends the wait for its second try: it is accepted, and no second copy exists", async () => {
    const hearing = startHearing(DOUBTFUL);

    await hearing.take([heard(DOUBTFUL, "processed")]);

    expect(hearing.delivery()).toMatchObject({
      state: "accepted",
      possibleDuplicate: false,
      dueAt: null,
      note: "The provider told afterwards that it had taken the mail.",
    });
    expect(hearing.announced()).toEqual(["Delivery Accepted"]);
  });

  test("that was held for a person makes that person's decision", async () => {
    const held: Delivery = { ...DOUBTFUL, state: "held", dueAt: null };
    const hearing = startHearing(held);

    await hearing.take([heard(held, "delivered")]);

    expect(hearing.delivery()).toMatchObject({ state: "delivered", possibleDuplicate: false });
  });

  test("leaves the mark of a possible duplicate when two tries may have been taken", async () => {
    const [attempt] = DOUBTFUL.attempts;
    const twice: Delivery = { ...DOUBTFUL, state: "held", attempts: attempt ? [attempt, attempt] : [] };
    const hearing = startHearing(twice);

    await hearing.take([heard(twice, "delivered")]);

    expect(hearing.delivery()).toMatchObject({ state: "delivered", possibleDuplicate: true });
  });
});

describe("feedback on a mail that a sender holds", () => {
  const SENDING: Delivery = { ...SENT, state: "sending" };

  test("is asked for again, and nothing is kept of it or put on a list", async () => {
    const hearing = startHearing(SENDING, aDelivery("acme", "evt-2"));

    const taken = await hearing.take([
      heard(SENDING, "complained", "complained"),
      heard(aDelivery("acme", "evt-2"), "delivered"),
    ]);

    expect(taken).toEqual({ heard: 1, busy: 1 });
    expect(hearing.delivery()).toEqual(SENDING);
    expect(await hearing.list()).toEqual([]);
  });

  test("is done with when it only says what the sender is about to record", async () => {
    const hearing = startHearing(SENDING);

    expect(await hearing.take([heard(SENDING, "processed")])).toEqual({ heard: 0, busy: 0 });
    expect(hearing.delivery()).toEqual(SENDING);
  });
});

describe("feedback of one account", () => {
  const FOREIGN = aDelivery("globex", "evt-1");

  test("changes no mail of another tenant or of a scope beside its own, whatever it claims", async () => {
    const hearing = startHearing(FOREIGN, SENT);
    const posing: Report = { ...heard(SENT, "bounced", "bounced"), scope: scopeOf("acme.ops") };

    const asAcme = await hearing.take([heard(FOREIGN, "bounced", "bounced")]);
    const asSibling = await hearing.take([heard(SENT, "bounced", "bounced"), posing], scopeOf("acme.ops"));

    expect([asAcme, asSibling]).toEqual([
      { heard: 0, busy: 0 },
      { heard: 0, busy: 0 },
    ]);
    expect([hearing.delivery(FOREIGN.id), hearing.delivery(SENT.id)]).toEqual([FOREIGN, SENT]);
    expect([...(await hearing.list(ACME)), ...(await hearing.list(scopeOf("globex")))]).toEqual([]);
  });

  test("of the root reaches the mails of all tenants, each with its own list", async () => {
    const hearing = startHearing(FOREIGN, SENT);

    await hearing.take([heard(FOREIGN, "bounced", "bounced"), heard(SENT, "delivered")], scopeOf("system"));

    expect(hearing.delivery(FOREIGN.id)?.state).toBe("bounced");
    expect(hearing.delivery(SENT.id)?.state).toBe("delivered");
    expect(await hearing.list(scopeOf("globex"))).toHaveLength(1);
    expect(await hearing.list(ACME)).toEqual([]);
  });

  test("on mails that carry no scope is about mails of its own tenant", async () => {
    const hearing = startHearing(SENT);

    await hearing.take([{ ...heard(SENT, "delivered"), scope: undefined }]);

    expect(hearing.delivery()?.state).toBe("delivered");
  });

  test("puts nobody on a list for mails of the root, whose recipients are many tenants' people", async () => {
    const notice = aDelivery("system", "evt-1");
    const hearing = startHearing(notice);

    await hearing.take([heard(notice, "bounced", "bounced")], scopeOf("system"));

    expect(hearing.delivery()?.state).toBe("bounced");
    expect(await hearing.list(scopeOf("system"))).toEqual([]);
  });

  test("on mails that nobody knows is done with", async () => {
    expect(await startHearing().take([heard(SENT, "delivered")])).toEqual({ heard: 0, busy: 0 });
  });
});

describe("feedback at the same time as others", () => {
  test("looks again when the delivery was changed meanwhile, and gives up in the end with all to be repeated", async () => {
    const hearing = startHearing(SENT);
    let changes = 0;
    const contested = (times: number): HeardDeliveries => ({
      find: hearing.deps.deliveries.find,
      async hear(seen, told, now) {
        changes += 1;
        return changes <= times ? false : hearing.deps.deliveries.hear(seen, told, now);
      },
    });

    const often = takeFeedback({ ...hearing.deps, deliveries: contested(100) }, ACME, [heard(SENT, "delivered")]);
    await expect(often).rejects.toThrow(`cannot note what was told of delivery ${SENT.id}`);
    changes = 0;
    const twice = await takeFeedback({ ...hearing.deps, deliveries: contested(2) }, ACME, [heard(SENT, "delivered")]);

    expect(twice).toEqual({ heard: 1, busy: 0 });
  });

  test("of twenty copies of one post leaves one", async () => {
    const hearing = startHearing(SENT);
    const reports = [heard(SENT, "processed"), heard(SENT, "delivered")];

    const results = await Promise.all(Array.from({ length: 20 }, () => hearing.take(reports)));

    expect(results.filter((taken) => taken.heard === 1)).toHaveLength(1);
    expect(hearing.delivery()?.feedback).toEqual(reports.map(({ feedback }) => feedback));
    expect(hearing.announced()).toEqual(["Delivery Delivered"]);
  });
});
