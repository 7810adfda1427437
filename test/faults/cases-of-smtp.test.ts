import { describe, expect, onTestFinished, test, vi } from "vitest";
import { deliver } from "../../shared/flow/deliver.ts";
import { addressOf, aJob, anEvent, later, scopeOf } from "../fakes/builders.ts";
import { startRelay } from "../fakes/relay.ts";
import type { Point, Script } from "../fakes/scripted-smtp-server.ts";
import { refusal } from "../providers/smtp-harness.ts";
import { senderTo, startCase } from "./real-sender.ts";

type CaseSender = ReturnType<typeof senderTo>;

/** Tries a mail until it waits no more, and answers when it was due after each try, as seconds from the beginning. */
const tryToTheEnd = async (sender: CaseSender): Promise<number[]> => {
  const dueAfterSeconds: number[] = [];
  let elapsed = 0;
  await sender.take(aJob());
  for (let dueAt = sender.delivery()?.dueAt; typeof dueAt === "string"; dueAt = sender.delivery()?.dueAt) {
    const due = (Date.parse(dueAt) - later(0).getTime()) / 1000;
    dueAfterSeconds.push(due);
    sender.wait(due - elapsed);
    elapsed = due;
    await sender.take(sender.waitingJob());
  }
  return dueAfterSeconds;
};

const classesOf = (sender: CaseSender) => sender.delivery()?.attempts.map((attempt) => attempt.class);

describe("D8: a connection that breaks after the dot", () => {
  test.each(["reset", "close"])("by %s leaves the mail ambiguous, and not as certainly unsent", async (action) => {
    const { sender } = await startCase([{ dot: action }]);

    await sender.take(aJob());

    expect(sender.delivery()).toMatchObject({ state: "ambiguous", possibleDuplicate: true });
  });
});

describe("D9: a connection that breaks after DATA and before the 354", () => {
  test("leaves the mail as certainly not sent; it is tried again and arrives once", async () => {
    const { sender, server } = await startCase([{ DATA: "reset" }, {}]);

    await tryToTheEnd(sender);

    expect(sender.delivery()).toMatchObject({ state: "accepted", possibleDuplicate: false });
    expect(classesOf(sender)).toEqual(["transient", "accepted"]);
    expect(server.accepted).toHaveLength(1);
  });
});

describe("D10: 451 after the dot twice, then 250", () => {
  test("is three attempts with waits that double, and one mail", async () => {
    const busy: Script = { dot: "451 4.7.1 later", RSET: "close" };
    const { sender, server } = await startCase([busy, busy, {}]);

    const dueAfterSeconds = await tryToTheEnd(sender);

    // Half of a ceiling that doubles: the test's chance is always 0.5.
    expect(dueAfterSeconds).toEqual([15, 15 + 30]);
    expect(classesOf(sender)).toEqual(["transient", "transient", "accepted"]);
    expect(server.accepted).toHaveLength(1);
  });
});

describe("D11: 421", () => {
  test("at EHLO, MAIL, RCPT and after the dot defers the mail and counts against the server each time", async () => {
    const points: readonly Point[] = ["EHLO", "MAIL", "RCPT", "dot"];
    const { sender } = await startCase(points.map((point) => ({ [point]: "421 closing" })));
    const failures: (number | undefined)[] = [];

    for (const point of points) {
      const job = aJob({ eventId: `evt-${point}`, recipient: addressOf(`${point}@acme.example`) });
      await sender.take(job);
      expect(sender.delivery(job)).toMatchObject({ state: "deferred", attempts: [{ class: "transient", code: 421 }] });
      failures.push(sender.breakers.all()[0]?.failures);
    }

    expect(failures).toEqual([1, 2, 3, 4]);
  });
});

describe("D13: 454 at AUTH", () => {
  test("defers the mail and does not suspend the transport", async () => {
    const { sender, server } = await startCase([{ AUTH: "454 4.7.0 Temporary authentication failure" }, {}]);

    await tryToTheEnd(sender);

    expect(classesOf(sender)).toEqual(["transient", "accepted"]);
    expect(sender.published).toEqual([]);
    expect(server.accepted).toHaveLength(1);
  });
});

/** A relay that has its own answer for each recipient; everybody else is welcome. */
const relayRefusing = async (
  replies: Readonly<Record<string, [code: number, words: string]>>,
  asked: string[] = [],
) => {
  const relay = await startRelay({
    security: "none",
    server: {
      onRcptTo: ({ address }, _session, done) => {
        asked.push(address);
        const [code, words] = replies[address] ?? [];
        done(code === undefined ? null : refusal(code, words ?? ""));
      },
    },
  });
  onTestFinished(() => relay.stop());
  const sender = senderTo(relay.port, { auth: { type: "none" } });
  return { relay, sender };
};

const [GOOD, BAD] = [addressOf("good@acme.example"), addressOf("bad@acme.example")];

describe("D14: two recipients of whom one is unknown", () => {
  test("are one mail that arrives once, and one that is rejected with the server's words and not repeated", async () => {
    const { relay, sender } = await relayRefusing({ [BAD]: [550, "5.1.1 Unknown user"] });
    const jobs = [GOOD, BAD].map((recipient) => aJob({ recipient }));

    await sender.take(...jobs);

    expect(jobs.map((job) => sender.delivery(job)?.state)).toEqual(["accepted", "rejected"]);
    expect(sender.delivery(jobs[1])?.attempts).toMatchObject([
      { reason: "recipient-refused", code: 550, enhancedCode: "5.1.1", text: expect.stringContaining("Unknown user") },
    ]);
    expect(relay.mails.map(({ to }) => to)).toEqual([[GOOD]]);
    expect((await sender.suppressions.list(scopeOf("acme"), { limit: 10 })).items).toMatchObject([
      {
        address: BAD,
        cause: "bounced",
        reason: expect.stringContaining("Unknown user"),
        deliveryId: jobs[1]?.deliveryId,
        createdBy: "tidings",
      },
    ]);
  });

  test("lead to one mail each the next time, too, but the server is asked for the good one only", async () => {
    const asked: string[] = [];
    const { relay, sender } = await relayRefusing({ [BAD]: [550, "5.1.1 Unknown user"] }, asked);
    const jobsOf = (eventId: string) =>
      [GOOD, BAD].map((recipient) => aJob({ recipient, event: anEvent({ id: eventId }), eventId }));
    await sender.take(...jobsOf("evt-1"));
    asked.length = 0;

    await sender.take(...jobsOf("evt-2"));

    expect(jobsOf("evt-2").map((job) => sender.delivery(job)?.state)).toEqual(["accepted", "suppressed"]);
    expect(asked).toEqual([GOOD]);
    expect(relay.mails.map(({ to }) => to)).toEqual([[GOOD], [GOOD]]);
  });
});

describe("D15: 450 for one recipient and 550 for the other", () => {
  test("lets only the first wait for another try", async () => {
    const { sender } = await relayRefusing({ [GOOD]: [450, "4.2.0 Greylisted"], [BAD]: [550, "5.1.1 Unknown user"] });
    const jobs = [GOOD, BAD].map((recipient) => aJob({ recipient }));

    await sender.take(...jobs);

    expect(jobs.map((job) => sender.delivery(job)?.state)).toEqual(["deferred", "rejected"]);
    expect(jobs.map((job) => sender.deliveries.waiting(job.deliveryId) !== null)).toEqual([true, false]);
  });
});

describe("D16: 552 5.3.4", () => {
  test.each(["MAIL", "RCPT", "dot"] as const)(
    "at %s rejects the mail for its size, without another try",
    async (point) => {
      const { sender } = await startCase([{ [point]: "552 5.3.4 Message size exceeds fixed limit" }]);

      await tryToTheEnd(sender);

      expect(sender.delivery()).toMatchObject({ state: "rejected", attempts: [{ reason: "message-too-large" }] });
      expect(sender.delivery()?.attempts).toHaveLength(1);
    },
  );
});

describe("D17: a server that lets one wait", () => {
  test("for its greeting, but not beyond the limit, gets the mail", async () => {
    const { sender, server } = await startCase([{ greeting: "slow" }], { timeoutMs: 8000 });

    await sender.take(aJob());

    expect(sender.delivery()?.state).toBe("accepted");
    expect(server.accepted).toHaveLength(1);
  });

  test.each([
    ["never greets", { greeting: "stall" }],
    ["falls silent after EHLO", { EHLO: "stall" }],
    ["never ends its answer to EHLO", { EHLO: "trickle" }],
  ] as const)("and %s defers the mail within its deadline, and closes the connection", async (_, script) => {
    const { sender, server } = await startCase([script]);

    await deliver({ ...sender.deps, sendDeadlineSeconds: 0.5 }, [{ id: "m0", body: JSON.stringify(aJob()) }]);

    expect(sender.delivery()).toMatchObject({ state: "deferred", attempts: [{ class: "transient" }] });
    await vi.waitFor(() => expect(server.openConnections()).toBe(0));
  });
});
