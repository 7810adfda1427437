import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterSend, type Breaker, CLOSED, isUntold, verdictOf, withTold } from "../../shared/domain/breaker.ts";
import { FAILURE_REASONS, SEND_PHASES, type SendOutcome } from "../../shared/domain/outcome.ts";
import type { Transport } from "../../shared/domain/transport.ts";
import { aFailure, later, NOW, scopeOf } from "../fakes/builders.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";

const POLICY = { baseSeconds: 30, capSeconds: 21_600 };

const transport = (edition = "e1", hasLogin = true): Transport => ({
  scope: scopeOf("acme"),
  id: "t1",
  edition,
  hasLogin,
  name: "smtp.acme.example:465",
});

const known = (breaker: Breaker, outcome: SendOutcome, now = NOW, of = transport()): Breaker =>
  afterSend(breaker, of, POLICY, { outcome, repeated: false, now, random: 0.5 });

const REFUSED = aFailure({ class: "config", reason: "login-refused", phase: "auth", code: 535 });

const outcomes: fc.Arbitrary<SendOutcome> = fc.oneof(
  fc.constant(ACCEPTED),
  fc.record({
    kind: fc.constant("failed" as const),
    class: fc.constantFrom("transient" as const, "permanent" as const, "config" as const, "ambiguous" as const),
    reason: fc.constantFrom(...FAILURE_REASONS),
    phase: fc.constantFrom(...SEND_PHASES),
    code: fc.constant(null),
    enhancedCode: fc.constant(null),
    text: fc.constant(null),
  }),
);

/** Sends of one transport, each some seconds after the one before. */
const histories = fc.array(fc.record({ outcome: outcomes, afterSeconds: fc.nat({ max: 4000 }) }), { maxLength: 60 });

describe("a breaker, whatever happens to its mails", () => {
  test("lets nothing out under a login that was refused, whatever mails under a newer one meet", () => {
    fc.assert(
      fc.property(histories, (history) => {
        let [breaker, seconds] = [known(CLOSED, REFUSED), 0];
        for (const { outcome, afterSeconds } of history) {
          seconds += afterSeconds;
          expect(verdictOf(breaker, transport(), POLICY, later(seconds)).kind).toBe("wait");
          breaker = known(breaker, outcome, later(seconds), transport("e2"));
          // What is known of two refused logins is only the newer: nobody can go back to a former secret.
          if (breaker.suspension?.edition === "e2") return;
        }
      }),
    );
  });

  test("is probed again within half an hour of any failure", () => {
    fc.assert(
      fc.property(histories, fc.double({ min: 0, max: 0.999, noNaN: true }), (history, random) => {
        let [breaker, seconds] = [CLOSED, 0];
        for (const { outcome, afterSeconds } of history) {
          seconds += afterSeconds;
          const ending = { outcome, repeated: false, now: later(seconds), random };
          breaker = afterSend(breaker, transport("e1", false), POLICY, ending);
        }
        const isSuspended = breaker.suspension?.edition === "e1";

        const verdict = verdictOf(breaker, transport("e1", false), POLICY, later(seconds + 1700));

        expect(isSuspended || verdict.kind !== "wait").toBe(true);
      }),
    );
  });

  test("is closed by an accepted mail", () => {
    fc.assert(
      fc.property(histories, (history) => {
        const worn = history.reduce((breaker, { outcome }) => known(breaker, outcome), CLOSED);

        const closed = known(worn, ACCEPTED);

        expect(verdictOf(closed, transport(), POLICY, NOW)).toEqual({ kind: "go" });
        expect(known(closed, ACCEPTED)).toBe(closed);
      }),
    );
  });
});

describe("a suspension", () => {
  const suspended = known(CLOSED, REFUSED);

  test.each([
    [0, 60],
    [600, 60],
    [3600, 360],
    [86_400, 900],
  ])("%i seconds old is asked about again after %i", (age, wait) => {
    expect(verdictOf(suspended, transport(), POLICY, later(age))).toEqual({
      kind: "wait",
      why: "suspended",
      until: later(age + wait),
    });
  });

  test("is over at once with other settings or credentials", () => {
    expect(verdictOf(suspended, transport("e2"), POLICY, NOW)).toEqual({ kind: "probe" });
  });

  test("keeps its beginning however often the login is refused", () => {
    expect(known(suspended, REFUSED, later(900))).toBe(suspended);
  });

  test("is to be told until somebody did, and by one at a time", () => {
    const telling = withTold(suspended, transport(), { toldAt: null, tellingUntil: later(60).toISOString() });
    const told = withTold(suspended, transport(), { toldAt: NOW.toISOString(), tellingUntil: null });

    expect(isUntold(suspended, transport(), NOW)).toBe(true);
    expect([isUntold(telling, transport(), later(59)), isUntold(telling, transport(), later(60))]).toEqual([
      false,
      true,
    ]);
    expect(isUntold(told, transport(), later(1e6))).toBe(false);
    expect(isUntold(suspended, transport("e2"), NOW)).toBe(false);
  });
});

test("a mail that never reached the server gives the probe back and says nothing else", () => {
  const probing = { ...CLOSED, failures: 3, probeUntil: later(30).toISOString() };
  const failure = aFailure({ class: "config", reason: "oauth-unavailable", phase: "auth" });

  expect(known(probing, failure)).toEqual({ ...probing, probeUntil: null });
  expect(known(CLOSED, failure)).toBe(CLOSED);
});

test("a failure that a mail shares with another one is not counted again", () => {
  const failure = aFailure({ reason: "timeout", phase: "connect" });

  const once = known(CLOSED, failure);

  expect(once.failures).toBe(1);
  expect(known(once, { ...failure, isShared: true })).toBe(once);
});

test("an access token that a server refuses is shown again only by probes", () => {
  const refused = aFailure({ class: "config", reason: "oauth-refused", phase: "auth", code: 535 });

  const open = [1, 2, 3, 4, 5].reduce((breaker) => known(breaker, refused), CLOSED);

  expect(verdictOf(open, transport(), POLICY, NOW)).toMatchObject({ kind: "wait", why: "open" });
  expect(verdictOf(open, transport(), POLICY, later(30))).toEqual({ kind: "probe" });
  // What the issuer refused was never shown to the server.
  expect(known(CLOSED, { ...refused, code: null }).failures).toBe(0);
});

describe("a server that asks for a pause", () => {
  const busy = (retryAfterSeconds: number) =>
    aFailure({ reason: "rate-limited", phase: "accepted", code: 429, retryAfterSeconds });

  test.each([
    [90, 90],
    [1e9, 3600],
  ])("of %d s is left alone by all mails for %d s", (asked, seconds) => {
    const paused = known(CLOSED, busy(asked));

    expect(verdictOf(paused, transport("e1", false), POLICY, later(seconds - 1))).toEqual({
      kind: "wait",
      why: "open",
      until: later(seconds),
    });
    expect(verdictOf(paused, transport("e1", false), POLICY, later(seconds))).toEqual({ kind: "probe" });
  });

  test("when it refuses one mail for good is asked on by the others", () => {
    const refused = { ...busy(90), class: "permanent", reason: "message-refused", code: 400 } as const;

    expect(known(CLOSED, refused, NOW, transport("e1", false))).toBe(CLOSED);
  });

  test("without saying for how long is asked on", () => {
    expect(known(CLOSED, busy(0), NOW, transport("e1", false))).toBe(CLOSED);
    expect(known(CLOSED, busy(-5), NOW, transport("e1", false))).toBe(CLOSED);
  });
});
