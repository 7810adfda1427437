import { describe, expect, test } from "vitest";
import type { Delivery } from "../../shared/domain/delivery.ts";
import type { FeedbackKind } from "../../shared/domain/feedback.ts";
import type { FeedbackReport } from "../../shared/domain/feedback-report.ts";
import type { SuppressionCause } from "../../shared/domain/suppression.ts";
import { takeFeedback } from "../../shared/flow/feedback.ts";
import type { HeardDeliveries } from "../../shared/flow/feedback-ports.ts";
import { later, scopeOf } from "../fakes/builders.ts";
import { aDelivery } from "../fakes/history-data.ts";
import { createMemoryHeardDeliveries } from "../fakes/memory-heard-deliveries.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createMemoryMetrics } from "../fakes/memory-metrics.ts";
import { createMemoryPublisher } from "../fakes/memory-publisher.ts";
import { createMemorySuppressions } from "../fakes/memory-suppressions.ts";

const ACME = scopeOf("acme");

const startHearing = (...deliveries: readonly Delivery[]) => {
  const stored = createMemoryHeardDeliveries(deliveries);
  const suppressions = createMemorySuppressions();
  const announcer = createMemoryPublisher();
  const metrics = createMemoryMetrics();
  const deps = { deliveries: stored, suppressions, announcer, log: createMemoryLog(), metrics, now: () => later(60) };
  return {
    deps,
    metrics,
    stored,
    take: (reports: readonly FeedbackReport[], from = ACME) => takeFeedback(deps, from, reports),
    delivery: (id = deliveries[0]?.id) => stored.all().find((delivery) => delivery.id === id),
    list: async (scope = ACME) => (await suppressions.list(scope, { limit: 10 })).items,
    announced: () => announcer.announced.flat().map(({ detailType }) => detailType),
    notices: () => announcer.announced.flat(),
  };
};

let ids = 0;

/** A report; each is a second later than the one before and has an id of its own. */
const heard = (delivery: Delivery, kind: FeedbackKind, suppresses: SuppressionCause | null = null): FeedbackReport => {
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
  attempts: SENT.attempts.map((attempt) => ({ ...attempt, class: "ambiguous", provider: "sendgrid" })),
  dueAt: later(600).toISOString(),
};

describe("feedback on a mail that was accepted", () => {
  test("is counted when it says something new", async () => {
    const hearing = startHearing(SENT);
    const reports = [heard(SENT, "processed"), heard(SENT, "delivered")];

    await hearing.take(reports);
    await hearing.take([...reports, heard(SENT, "complained")]);

    expect(hearing.metrics.sums()).toEqual({ FeedbackHeard: 3 });
  });

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
          provider: "sendgrid",
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

  test("is kept fifty times at most, but for what changes the state or says something of the address", async () => {
    const hearing = startHearing(SENT);
    await hearing.take(Array.from({ length: 70 }, () => heard(SENT, "deferred")));

    await hearing.take([heard(SENT, "deferred"), heard(SENT, "delivered"), heard(SENT, "processed")]);
    await hearing.take([heard(SENT, "unsubscribed", "unsubscribed")]);

    expect(
      hearing
        .delivery()
        ?.feedback.slice(50)
        .map(({ kind }) => kind),
    ).toEqual(["delivered", "unsubscribed"]);
    expect(await hearing.list()).toMatchObject([{ cause: "unsubscribed" }]);
  });

  test("on a sample says on the bus that it is one", async () => {
    const sample: Delivery = { ...SENT, isTest: true };
    const hearing = startHearing(sample);

    await hearing.take([heard(sample, "bounced")]);

    expect(hearing.notices()[0]?.detail).toMatchObject({ state: "bounced", isTest: true });
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

  test.each([
    ["two tries may have been taken", ["sendgrid", "sendgrid"]],
    ["another provider may have taken it as well", ["smtp"]],
  ] as const)("leaves the mark of a possible duplicate when %s", async (_, providers) => {
    const attempts = providers.flatMap((provider) => DOUBTFUL.attempts.map((attempt) => ({ ...attempt, provider })));
    const held: Delivery = { ...DOUBTFUL, state: "held", attempts };
    const hearing = startHearing(held);

    await hearing.take([heard(held, "delivered")]);

    expect(hearing.delivery()).toMatchObject({ state: "delivered", possibleDuplicate: true, provider: "sendgrid" });
  });
});

describe("feedback on a mail that a sender holds", () => {
  const startHeld = () => {
    const other = aDelivery("acme", "evt-2");
    const hearing = startHearing(SENT, other);
    hearing.stored.hold(SENT.id, later(90));
    return { ...hearing, other };
  };

  test.each(["processed", "delivered", "complained"] as const)(
    "is asked for again, and nothing is kept of it or put on a list (%s)",
    async (kind) => {
      const { take, delivery, list, other } = startHeld();

      const taken = await take([heard(SENT, kind, "complained"), heard(other, "delivered")]);

      expect(taken).toEqual({ heard: 1, busy: 1 });
      expect(delivery()).toMatchObject({ state: "sending", feedback: [] });
      expect(await list()).toEqual([]);
    },
  );

  test("is taken when it comes again and the sender got no answer", async () => {
    const { take, delivery, stored } = startHeld();
    const reports = [heard(SENT, "processed")];
    await take(reports);
    await stored.hear(delivery() ?? SENT, { ...DOUBTFUL, feedback: [] }, later(59));

    expect(await take(reports)).toEqual({ heard: 1, busy: 0 });

    expect(delivery()).toMatchObject({ state: "accepted", possibleDuplicate: false });
  });

  test("is taken when the sender is dead: it would have had its say by now", async () => {
    const { take, delivery, stored } = startHeld();
    stored.hold(SENT.id, later(59));

    expect(await take([heard(SENT, "delivered")])).toEqual({ heard: 1, busy: 0 });

    expect(delivery()?.state).toBe("delivered");
  });
});

describe("feedback of one account", () => {
  const FOREIGN = aDelivery("globex", "evt-1");

  test("changes no mail of another tenant or of a scope beside its own, whatever it claims", async () => {
    const hearing = startHearing(FOREIGN, SENT);
    const posing: FeedbackReport = { ...heard(SENT, "bounced", "bounced"), scope: scopeOf("acme.ops") };

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

  test("of the root tells no tenant whom SendGrid drops for another tenant's sake, but which addresses do not exist", async () => {
    const other = aDelivery("acme", "evt-2");
    const hearing = startHearing(SENT, other);

    await hearing.take([heard(SENT, "dropped", "complained")], scopeOf("system"));
    expect(await hearing.list()).toEqual([]);
    await hearing.take([heard(other, "dropped", "bounced")], scopeOf("system"));

    expect(hearing.delivery()?.state).toBe("bounced");
    expect(await hearing.list()).toMatchObject([{ cause: "bounced" }]);
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

  test("is told on the bus for those that could be stored, when one could not", async () => {
    const other = aDelivery("acme", "evt-2");
    const hearing = startHearing(SENT, other);
    const deliveries: HeardDeliveries = {
      ...hearing.stored,
      find: async (tenant, id) => {
        if (id === SENT.id) throw new Error("throttled");
        return hearing.stored.find(tenant, id);
      },
    };
    const reports = [heard(SENT, "delivered"), heard(other, "delivered")];

    await expect(takeFeedback({ ...hearing.deps, deliveries }, ACME, reports)).rejects.toThrow("throttled");

    expect(hearing.announced()).toEqual(["Delivery Delivered"]);
    expect(hearing.delivery(other.id)?.state).toBe("delivered");
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
