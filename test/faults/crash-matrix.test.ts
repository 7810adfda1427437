import { describe, expect, test } from "vitest";
import type { AmbiguousPolicy } from "../../shared/domain/mail-settings.ts";
import type { SendOutcome } from "../../shared/domain/outcome.ts";
import { aFailure } from "../fakes/builders.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { LEASE_SECONDS } from "../flow/sender-in-memory.ts";
import {
  type CrashPoint,
  DELIVER_POINTS,
  deliverDyingAt,
  NOTIFY_POINTS,
  notifyDyingAt,
  vanish,
} from "./crash-points.ts";
import { expectLegalEnd } from "./legal-end.ts";
import { createPath, eventMessage, type Path, type QueueMessage, RECIPIENTS } from "./path-in-memory.ts";

const POLICIES: readonly AmbiguousPolicy[] = ["retry", "hold"];

/** How long a message stays hidden: 6 times the sender's timeout, which is its lease. */
const VISIBILITY_SECONDS = 6 * LEASE_SECONDS;

const EVENT = eventMessage("evt-1");

/** Lets a run go as far as it can: one that has vanished never ends. */
const runUntilItVanishes = (run: Promise<unknown>): Promise<unknown> =>
  Promise.race([run, new Promise((resolve) => setImmediate(() => setImmediate(resolve)))]);

const crashInNotify = (path: Path, at: CrashPoint) =>
  runUntilItVanishes(path.notify([EVENT], notifyDyingAt(path.intake, at, vanish)));

const crashInDeliver = (path: Path, at: CrashPoint, messages: readonly QueueMessage[]) =>
  runUntilItVanishes(path.deliver(messages, deliverDyingAt(path.sender, at, vanish)));

/** Everything that was not acknowledged comes again, and what has become due is released. */
const redeliver = async (path: Path, unacknowledged: readonly QueueMessage[]): Promise<QueueMessage[]> => {
  path.wait(VISIBILITY_SECONDS);
  for (const id of path.ids) {
    const due = path.dueJobOf(id);
    if (due !== undefined) path.put(due);
  }
  const messages = [...unacknowledged, ...path.outbox.splice(0)];
  const again = await path.deliver(messages);
  return messages.filter(({ id }) => again.includes(id));
};

/** How far an event had got when `notify` took it and died. */
const EVENT_STATES: Readonly<Record<string, (path: Path) => Promise<unknown>>> = {
  unknown: async () => {},
  "taken in by a run that died": (path) => crashInNotify(path, "after the event is taken in"),
  "half enqueued by a run that died": (path) => crashInNotify(path, "when half of the mails are on their way"),
  "enqueued by a run that died": (path) => crashInNotify(path, "before the event is recorded"),
  recorded: (path) => path.notify([EVENT]),
  "recorded and mailed": async (path) => {
    await path.notify([EVENT]);
    await path.deliver(path.outbox.splice(0));
  },
};

const AMBIGUOUS = aFailure({ class: "ambiguous", reason: "possibly-sent", phase: "accepted" });

/** How a mail stands when `deliver` takes its message and dies: how its sends ended so far, and what else happened. */
const MAIL_STATES: Readonly<Record<string, { readonly ended: readonly SendOutcome[]; readonly died?: CrashPoint }>> = {
  new: { ended: [] },
  "deferred after a try": { ended: [aFailure()] },
  "deferred after two tries": { ended: [aFailure(), aFailure()] },
  "possibly sent": { ended: [AMBIGUOUS] },
  accepted: { ended: [ACCEPTED] },
  rejected: { ended: [aFailure({ class: "permanent" })] },
  "held by a sender that died before it sent": { ended: [], died: "before the mail is handed over" },
  "held by a sender that died after it sent": { ended: [], died: "before the outcome is recorded" },
};

/** A mail in a state, with the messages that are under way for it. */
const inState = async (state: string, policy: AmbiguousPolicy) => {
  const { ended = [], died } = MAIL_STATES[state] ?? {};
  const outcomes = [...ended];
  const path = createPath({ policy, recipients: RECIPIENTS.slice(0, 1), script: () => outcomes.shift() ?? ACCEPTED });
  await path.notify([EVENT]);
  let messages = path.outbox.splice(0);
  if (died !== undefined) await crashInDeliver(path, died, messages);
  while (outcomes.length > 0) {
    await path.deliver(messages);
    path.wait(VISIBILITY_SECONDS);
    const [job] = [...path.ids].flatMap((id) => path.dueJobOf(id) ?? []);
    // An end has no further message: a copy of the last one comes instead.
    if (job !== undefined) path.put(job);
    if (path.outbox.length > 0) messages = path.outbox.splice(0);
  }
  return { path, messages };
};

describe.each(POLICIES)("with policy %s", (policy) => {
  describe.each(Object.keys(EVENT_STATES))("an event that is %s", (state) => {
    test.each(NOTIFY_POINTS)("is mailed once to everybody although notify dies %s", async (point) => {
      const path = createPath({ policy });
      await EVENT_STATES[state]?.(path);
      await crashInNotify(path, point);

      await path.notify([EVENT]);
      await path.notify([EVENT]);
      await redeliver(path, []);

      expectLegalEnd(path, policy, RECIPIENTS.length);
      expect([...path.ids].map(path.arrivalsOf)).toEqual(RECIPIENTS.map(() => 1));
    });
  });

  describe.each(Object.keys(MAIL_STATES))("a mail that is %s", (state) => {
    test.each(DELIVER_POINTS)("reaches a legal end within two redeliveries although deliver dies %s", async (point) => {
      const { path, messages } = await inState(state, policy);
      await crashInDeliver(path, point, messages);

      const left = await redeliver(path, messages);
      await redeliver(path, left);

      expectLegalEnd(path, policy, 1);
    });
  });
});
