import { describe, expect, test } from "vitest";
import type { Failed } from "../../shared/domain/outcome.ts";
import { failed } from "../../shared/providers/classify.ts";
import { createSmtpPool, type SmtpPool, shareOf } from "../../shared/providers/smtp-pool.ts";
import type { SmtpSession } from "../../shared/providers/smtp-session.ts";
import { noDeadline } from "./outgoing-mail.ts";

/** A session that only counts. */
interface FakeSession extends SmtpSession {
  sent: number;
  usable: boolean;
  closed: boolean;
}

const fakeSession = (): FakeSession => {
  const session: FakeSession = {
    sent: 0,
    usable: true,
    closed: false,
    send: async () => failed("transient", "unknown", "sender"),
    close: () => {
      session.closed = true;
    },
  };
  return session;
};

/** A pool on a clock that stands still, with the sessions it has opened. */
const poolOf = (maxSessions: number, open: () => Promise<SmtpSession | Failed> = async () => fakeSession()) => {
  const clock = { nowMs: 0 };
  const opened: FakeSession[] = [];
  const pool = createSmtpPool({
    maxSessions,
    nowMs: () => clock.nowMs,
    open: async () => {
      const session = await open();
      if ("usable" in session) opened.push(session as FakeSession);
      return session;
    },
  });
  return { pool, clock, opened };
};

const acquire = async (pool: SmtpPool, signal = noDeadline()): Promise<FakeSession> => {
  const session = await pool.acquire(signal);
  if ("kind" in session) throw new Error(`no session: ${session.text}`);
  return session as FakeSession;
};

/** Lets everything that is ready to run do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("a pool of SMTP sessions", () => {
  test("opens a session when one is needed, and lends it again", async () => {
    const { pool, opened } = poolOf(5);

    const first = await acquire(pool);
    pool.release(first);
    const second = await acquire(pool);

    expect(second).toBe(first);
    expect(opened).toHaveLength(1);
  });

  test("never has more than its number of sessions lent, and serves those who wait in turn", async () => {
    const { pool, opened } = poolOf(3);
    const order: number[] = [];
    let lent = 0;
    let mostLent = 0;

    await Promise.all(
      Array.from({ length: 50 }, async (_, mail) => {
        const session = await acquire(pool);
        order.push(mail);
        lent += 1;
        mostLent = Math.max(mostLent, lent);
        await settle();
        lent -= 1;
        pool.release(session);
      }),
    );

    expect(mostLent).toBe(3);
    expect(opened).toHaveLength(3);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test("gives a place that gets free to who waits, and not to who comes at that moment", async () => {
    const { pool, opened } = poolOf(1);
    const first = await acquire(pool);
    const waiting = acquire(pool);

    pool.release(first);
    const late = pool.acquire(noDeadline());
    const session = await waiting;
    await settle();

    expect(session).toBe(first);
    expect(opened).toHaveLength(1);
    pool.release(session);
    expect(await late).toBe(first);
  });

  test("gives up waiting when the signal fires, and loses no place by it", async () => {
    const { pool } = poolOf(1);
    const deadline = new AbortController();
    const first = await acquire(pool);

    const waiting = pool.acquire(deadline.signal);
    deadline.abort();

    expect(await waiting).toMatchObject({ class: "transient", reason: "rate-limited", phase: "connect" });
    expect(await pool.acquire(AbortSignal.abort())).toMatchObject({ reason: "rate-limited" });
    pool.release(first);
    expect(await acquire(pool)).toBe(first);
  });

  test("passes on why a session cannot be had, and keeps no place for it", async () => {
    const answers = [failed("transient", "connection-refused", "connect"), fakeSession()];
    const { pool } = poolOf(1, async () => answers.shift() ?? fakeSession());

    expect(await pool.acquire(noDeadline())).toMatchObject({ reason: "connection-refused" });
    expect(await pool.acquire(noDeadline())).toMatchObject({ usable: true });
  });

  test("keeps no place for an attempt that ends in an exception", async () => {
    let fails = true;
    const { pool } = poolOf(1, async () => {
      if (fails) throw new Error("a bug");
      return fakeSession();
    });

    await expect(pool.acquire(noDeadline())).rejects.toThrow("a bug");
    fails = false;

    expect(await pool.acquire(noDeadline())).toMatchObject({ usable: true });
  });

  test("replaces a session that was idle for half a minute, and not one that was not", async () => {
    const { pool, clock, opened } = poolOf(1);
    pool.release(await acquire(pool));
    clock.nowMs += 29_999;
    pool.release(await acquire(pool));
    const openedBefore = opened.length;

    clock.nowMs += 30_000;
    const session = await acquire(pool);

    expect(openedBefore).toBe(1);
    expect(session).toBe(opened[1]);
    expect(opened[0]?.closed).toBe(true);
  });

  test("fails those who wait for a session as well when the host cannot be reached", async () => {
    const fail: ((failure: Failed) => void)[] = [];
    const { pool } = poolOf(2, () => new Promise((resolve) => fail.push(resolve)));
    const unreachable = failed("transient", "timeout", "connect");
    const mails = Array.from({ length: 5 }, () => pool.acquire(noDeadline()));

    fail[0]?.(unreachable);
    const behind = await Promise.all(mails.slice(2));
    fail[1]?.(unreachable);

    expect(behind).toEqual(Array(3).fill({ ...unreachable, isShared: true }));
    expect(await Promise.all(mails)).toHaveLength(5);
    expect(fail).toHaveLength(2);
  });

  test("shows a login that was refused no second time for those who wait, though another session works", async () => {
    const refused = failed("config", "login-refused", "auth");
    const results: (SmtpSession | Failed)[] = [fakeSession(), refused];
    const { pool } = poolOf(2, async () => results.shift() ?? fakeSession());
    const working = await acquire(pool);
    const mails = Array.from({ length: 4 }, () => pool.acquire(noDeadline()));

    expect(await Promise.all(mails)).toEqual([refused, ...Array(3).fill({ ...refused, isShared: true })]);
    pool.release(working);
  });

  test("lets others wait on when one more session is refused but another one works", async () => {
    const results: (SmtpSession | Failed)[] = [fakeSession(), failed("transient", "connection-refused", "connect")];
    const { pool } = poolOf(2, async () => results.shift() ?? fakeSession());
    const working = await acquire(pool);
    const refused = pool.acquire(noDeadline());
    const waiting = acquire(pool);

    const outcome = await refused;

    expect(outcome).toMatchObject({ reason: "connection-refused" });
    expect(await waiting).not.toBe(working);
  });

  test("replaces a session after a hundred mails", async () => {
    const { pool, opened } = poolOf(1);

    for (let mail = 0; mail < 101; mail += 1) {
      const session = await acquire(pool);
      session.sent += 1;
      pool.release(session);
    }

    expect(opened.map(({ sent }) => sent)).toEqual([100, 1]);
    expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
  });

  test("replaces a session that broke, when it comes back and while it is idle", async () => {
    const { pool, opened } = poolOf(1);
    const first = await acquire(pool);
    first.usable = false;
    pool.release(first);
    const second = await acquire(pool);
    pool.release(second);
    second.usable = false;

    const third = await acquire(pool);

    expect(third).toBe(opened[2]);
    expect(opened.map(({ closed }) => closed)).toEqual([true, true, false]);
  });

  test("that is closed closes idle sessions at once and lent ones when they come back", async () => {
    const { pool } = poolOf(2);
    const [idle, lent] = [await acquire(pool), await acquire(pool)];
    pool.release(idle);

    pool.close();
    const closedAtOnce = [idle.closed, lent.closed];
    pool.release(lent);

    expect(closedAtOnce).toEqual([true, false]);
    expect(lent.closed).toBe(true);
  });
});

describe("a sender's share of a server's connections", () => {
  test.each([
    { maxConnections: 5, maxSenders: undefined, share: 5 },
    { maxConnections: 5, maxSenders: 2, share: 2 },
    { maxConnections: 20, maxSenders: 10, share: 2 },
    { maxConnections: 5, maxSenders: 50, share: 1 },
  ])("is $share of $maxConnections among $maxSenders senders", ({ maxConnections, maxSenders, share }) => {
    expect(shareOf(maxConnections, maxSenders)).toBe(share);
  });
});
