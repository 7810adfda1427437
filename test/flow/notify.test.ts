import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { type NotifyDeps, notify } from "../../shared/flow/notify.ts";
import type { EventStore } from "../../shared/flow/ports.ts";
import { createOutbox } from "../../shared/queue/outbox.ts";
import { addressOf, aRule, busEventOf, later, NOW, scopeOf } from "../fakes/builders.ts";
import { fixedRouting } from "../fakes/fixed-config.ts";
import { createMemoryEventStore } from "../fakes/memory-event-store.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createRecordingDeadLetters } from "../fakes/recording-dead-letters.ts";
import { createRecordingOutbox } from "../fakes/recording-outbox.ts";

const SCOPES = ["acme", "acme.eng", "globex"].map(scopeOf);

const RULES = [
  aRule(),
  aRule({ scope: scopeOf("globex"), recipients: { emails: [addressOf("g@globex.example")], groups: [] } }),
];

/** An intake in memory, for the tenants `acme` and `globex` with a rule each. */
const createIntake = (different: Partial<NotifyDeps> = {}) => {
  const events = createMemoryEventStore();
  const outbox = createRecordingOutbox();
  const deadLetters = createRecordingDeadLetters();
  const log = createMemoryLog();
  const config = fixedRouting({ scopes: SCOPES, rules: RULES });
  const deps: NotifyDeps = { config, events, outbox, deadLetters, log, now: () => NOW, ...different };
  return {
    deps,
    events,
    outbox,
    deadLetters,
    log,
    config,
    /** Takes in a batch; each message is `m0`, `m1` ... Answers those that come again. */
    take: (...bodies: readonly (object | string)[]) =>
      notify(
        deps,
        bodies.map((body, index) => ({
          id: `m${index}`,
          body: typeof body === "string" ? body : JSON.stringify(body),
        })),
      ),
  };
};

const DETAIL = { id: "e1", scope: "acme", type: "PipelineFailed" };

/** One publication of an event: its own bus id, the same event. */
const publication = (busId: string, detail: object = DETAIL, source = "acme.ci") =>
  busEventOf(detail, { id: busId, source });

/** An event store that fails as often as told. */
const failing = (
  events: EventStore,
  method: "receive" | "recordRouted" | "recordTurnedAway",
  which: (id: string) => boolean,
) => {
  const guard = (id: string) => {
    if (which(id)) throw new Error("the table is not there");
  };
  const wrapped: EventStore = {
    ...events,
    receive: async (tenant, event, ...rest) => {
      if (method === "receive") guard(event.id);
      return events.receive(tenant, event, ...rest);
    },
    recordRouted: async (tenant, record) => {
      if (method === "recordRouted") guard(record.id);
      return events.recordRouted(tenant, record);
    },
    recordTurnedAway: async (tenant, record, busId) => {
      if (method === "recordTurnedAway") guard(record.id);
      return events.recordTurnedAway(tenant, record, busId);
    },
  };
  return wrapped;
};

const once = () => {
  let used = false;
  return () => {
    const first = !used;
    used = true;
    return first;
  };
};

describe("an event that is taken in", () => {
  test("becomes a job for each recipient and a record", async () => {
    const intake = createIntake();

    const again = await intake.take(publication("b1"));

    expect(again).toEqual([]);
    expect(intake.outbox.jobs()).toMatchObject([{ eventId: "e1", recipient: "ada@acme.example", tries: 0 }]);
    expect(intake.events.records()).toMatchObject([{ id: "e1", status: "routed", receivedAt: NOW.toISOString() }]);
  });

  test("is recorded also when nobody is to be mailed", async () => {
    const intake = createIntake();

    await intake.take(publication("b1", { ...DETAIL, type: "PipelineStart" }));

    expect(intake.outbox.jobs()).toEqual([]);
    expect(intake.events.records()).toMatchObject([{ reason: "0 of 1 rules matched; 0 recipients." }]);
  });

  test("is not told with anybody's address in the log", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"), publication("b2"), publication("b3", { ...DETAIL, scope: "globex" }));

    expect(intake.log.lines.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["event.routed", "event.turned-away"]),
    );
    expect(JSON.stringify(intake.log.lines)).not.toContain("@");
  });
});

describe("a batch", () => {
  test("asks for configuration once and sends ten events of one recipient each in one request", async () => {
    const requests: SendMessageBatchCommand[] = [];
    const send = (async (command: SendMessageBatchCommand) => {
      requests.push(command);
      return { Successful: [], Failed: [] };
    }) as SQSClient["send"];
    const intake = createIntake({ outbox: createOutbox({ send }, "https://sqs/outbox") });
    const events = Array.from({ length: 10 }, (_, index) => publication(`b${index}`, { ...DETAIL, id: `e${index}` }));

    await intake.take(...events);

    expect(intake.config.loads).toBe(1);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toBeInstanceOf(SendMessageBatchCommand);
    expect(requests[0]?.input.Entries).toHaveLength(10);
  });

  test("goes on around messages nobody can be told about, which go to the dead letters with a reason", async () => {
    const intake = createIntake();
    const poison = "{ not json";
    const stranger = publication("b2", { ...DETAIL, scope: "initech" }, "initech.ci");
    const amazon = publication("b3", DETAIL, "aws.codepipeline");

    const again = await intake.take(poison, stranger, amazon, publication("b4"));

    expect(again).toEqual([]);
    expect(intake.deadLetters.letters).toEqual([
      { body: poison, reason: "The message is not an EventBridge event." },
      { body: JSON.stringify(stranger), reason: 'The source "initech.ci" names no tenant of this installation.' },
      { body: JSON.stringify(amazon), reason: 'The source "aws.codepipeline" names no tenant of this installation.' },
    ]);
    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records()).toHaveLength(1);
  });

  test("keeps a message whose dead letter could not be written", async () => {
    const deadLetters = { put: () => Promise.reject(new Error("the queue is not there")) };
    const intake = createIntake({ deadLetters });

    expect(await intake.take("poison", publication("b1"))).toEqual(["m0"]);
    expect(intake.outbox.jobs()).toHaveLength(1);
  });

  test("repeats only the event whose receipt could not be written", async () => {
    const events = createMemoryEventStore();
    const intake = createIntake({ events: failing(events, "receive", (id) => id === "e2") });

    const again = await intake.take(
      publication("b1"),
      publication("b2", { ...DETAIL, id: "e2" }),
      publication("b3", { ...DETAIL, id: "e3" }),
    );

    expect(again).toEqual(["m1"]);
    expect(intake.outbox.jobs().map(({ eventId }) => eventId)).toEqual(["e1", "e3"]);
    expect(events.records().map(({ id }) => id)).toEqual(["e1", "e3"]);
  });

  test("repeats only the event whose refusal could not be recorded", async () => {
    const events = createMemoryEventStore();
    const intake = createIntake({ events: failing(events, "recordTurnedAway", () => true) });

    expect(await intake.take(publication("b1", { ...DETAIL, scope: "globex" }), publication("b2"))).toEqual(["m0"]);
  });

  test("repeats only the event of which a job could not be enqueued, and says so", async () => {
    const outbox = createRecordingOutbox((job) => job.eventId === "e2");
    const intake = createIntake({ outbox });

    const again = await intake.take(publication("b1"), publication("b2", { ...DETAIL, id: "e2" }));

    expect(again).toEqual(["m1"]);
    expect(intake.events.records().map(({ id }) => id)).toEqual(["e1"]);
    expect(intake.log.lines).toContainEqual({
      level: "error",
      event: "event.not-enqueued",
      fields: { tenant: "acme", eventId: "e2", mails: 1, missing: 1 },
      error: undefined,
    });
  });
});

describe("an event that may not speak for its scope", () => {
  test("is recorded as refused at its own tenant, never at the other", async () => {
    const intake = createIntake();

    const again = await intake.take(publication("b1", { ...DETAIL, scope: "globex" }));

    expect(again).toEqual([]);
    expect(intake.outbox.jobs()).toEqual([]);
    expect(intake.events.records()).toMatchObject([
      {
        id: "e1",
        scope: "acme",
        status: "refused",
        reason: 'detail.scope "globex" does not belong to "acme", the tenant of the event\'s source.',
      },
    ]);
  });

  test("is recorded at the scope it names when only that scope does not exist", async () => {
    const intake = createIntake();

    await intake.take(publication("b1", { ...DETAIL, scope: "acme.enng" }));

    expect(intake.events.records()).toMatchObject([{ scope: "acme.enng", status: "refused", type: "PipelineFailed" }]);
  });
});

describe("an event that cannot be read", () => {
  test("is recorded as refused with every field that is wrong", async () => {
    const intake = createIntake();

    await intake.take(publication("b1", { id: "e1", scope: "acme.eng", type: "failed", severity: "fatal" }));

    const [record] = intake.events.records();
    expect(record).toMatchObject({ id: "e1", scope: "acme.eng", status: "refused", type: null, severity: null });
    expect(record?.reason).toMatch(/^The event cannot be read: detail\.type must be .*; detail\.severity must be /);
  });

  test.each([
    ["no detail fields at all", {}],
    ["an id that cannot be", { ...DETAIL, id: "a b" }],
  ])("is recorded under the bus's id when it has %s", async (_, detail) => {
    const intake = createIntake();

    await intake.take(publication("b1", detail));

    expect(intake.events.records()).toMatchObject([{ id: "b1", scope: "acme", status: "refused" }]);
  });

  test("is taken in when it is published again as it should be", async () => {
    const intake = createIntake();

    await intake.take(publication("b1", { ...DETAIL, severity: "fatal" }));
    await intake.take(publication("b2"));

    expect(intake.events.records().map(({ status }) => status)).toEqual(["refused", "routed"]);
    expect(intake.outbox.jobs()).toHaveLength(1);
  });

  test("is recorded once however often it is delivered", async () => {
    const intake = createIntake();

    await intake.take(publication("b1", { scope: "acme" }));
    await intake.take(publication("b1", { scope: "acme" }));

    expect(intake.events.records()).toHaveLength(1);
  });

  test("is recorded on the day it came in when its publisher dates it far away", async () => {
    const intake = createIntake();

    await intake.take(busEventOf({ scope: "acme" }, { time: "2019-01-01T00:00:00Z" }));

    expect(intake.events.records()).toMatchObject([{ receivedAt: NOW.toISOString() }]);
  });
});

describe("an event that comes again", () => {
  test("sends nothing more and is recorded as a duplicate when it is the same", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"));
    await intake.take(publication("b2"));

    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records().map(({ status }) => status)).toEqual(["routed", "duplicate"]);
  });

  test("sends nothing more and is recorded as a conflict when it says something else", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"));
    await intake.take(publication("b2", { ...DETAIL, message: "other" }));

    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records().map(({ status }) => status)).toEqual(["routed", "conflict"]);
  });

  test("sends once when both copies are in one batch", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"), publication("b2"));

    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records()).toHaveLength(2);
  });

  test("does nothing when it is only the queue that delivers it again", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"));
    await intake.take(publication("b1"));

    expect(intake.outbox.jobs()).toHaveLength(1);
    expect(intake.events.records()).toHaveLength(1);
  });

  test("makes jobs of the same ids when the first run stopped between enqueuing and recording", async () => {
    const events = createMemoryEventStore();
    let now = NOW;
    const intake = createIntake({ events: failing(events, "recordRouted", once()), now: () => now });

    const first = await intake.take(publication("b1"));
    now = later(600);
    const second = await intake.take(publication("b1"));

    expect([first, second]).toEqual([["m0"], []]);
    const [before, again] = intake.outbox.jobs();
    expect(intake.outbox.jobs()).toHaveLength(2);
    expect(again).toEqual(before);
    expect(events.records()).toMatchObject([{ status: "routed", receivedAt: NOW.toISOString() }]);
  });

  test("is enqueued when the first run could not enqueue it", async () => {
    const refuses = once();
    const intake = createIntake({ outbox: createRecordingOutbox(refuses) });

    expect(await intake.take(publication("b1"))).toEqual(["m0"]);
    expect(await intake.take(publication("b1"))).toEqual([]);
    expect(intake.events.records()).toMatchObject([{ status: "routed" }]);
  });

  test("of another tenant with the same id is an event of its own", async () => {
    const intake = createIntake();

    await intake.take(publication("b1"), publication("b2", { ...DETAIL, scope: "globex" }, "globex.ci"));

    expect(intake.outbox.jobs().map(({ recipient }) => recipient)).toEqual(["ada@acme.example", "g@globex.example"]);
    const [ours, theirs] = intake.outbox.jobs();
    expect(ours?.deliveryId).not.toBe(theirs?.deliveryId);
  });
});
