import { describe, expect, test } from "vitest";
import type { Failed, SendOutcome } from "../../shared/domain/outcome.ts";
import { createEgressGuard } from "../../shared/providers/egress.ts";
import { createSmtpProvider } from "../../shared/providers/smtp.ts";
import type { Action, Point, Script } from "../fakes/scripted-smtp-server.ts";
import { aMail, noDeadline } from "./outgoing-mail.ts";
import { POSSIBLY_SENT, startFaulty, transient } from "./smtp-faults.ts";
import { smtpSettings } from "./smtp-harness.ts";

/** Where a server falls silent, or never comes to an end. */
const POINTS: readonly (readonly [point: Point, expected: Partial<Failed>])[] = [
  // Whether the client saw the connection before its time was over is a matter of chance.
  ["greeting", { class: "transient", reason: expect.stringMatching(/^(no-greeting|timeout)$/) }],
  ["EHLO", transient("timeout", "greeting")],
  ["AUTH", transient("timeout", "auth")],
  ["MAIL", transient("timeout", "sender")],
  ["RCPT", transient("timeout", "recipient")],
  ["DATA", transient("timeout", "recipient")],
  ["dot", POSSIBLY_SENT],
];

describe("a silent server", () => {
  test("costs no more than the settings allow for one answer, wherever it falls silent", async () => {
    const outcomes = await Promise.all(
      POINTS.map(async ([point]) => {
        const { provider } = await startFaulty({ timeoutMs: 1000 }, { [point]: "stall" });
        return provider.send(aMail(), noDeadline());
      }),
    );

    expect(outcomes).toMatchObject(POINTS.map(([, expected]) => expected));
  });
});

describe("the deadline of a send", () => {
  const outcomeAtDeadline = async (action: Action, point: Point, extra: Script = {}): Promise<SendOutcome> => {
    const deadline = new AbortController();
    const { provider, server } = await startFaulty({}, { ...extra, [point]: action });
    const sending = provider.send(aMail(), deadline.signal);
    await server.stuck;

    deadline.abort();

    return sending;
  };

  test.each(POINTS)("ends it when the server falls silent at %s", async (point, expected) => {
    expect(await outcomeAtDeadline("stall", point)).toMatchObject({ kind: "failed", ...expected });
  });

  test.each(POINTS)("ends it when the server's answer to %s never ends", async (point, expected) => {
    expect(await outcomeAtDeadline("trickle", point)).toMatchObject({ kind: "failed", ...expected });
  });

  test.each(["stall", "trickle"])(
    "ends the tidying up after a refusal (%s), and the refusal stands",
    async (action) => {
      const outcome = await outcomeAtDeadline(action, "RSET", { RCPT: "550 5.1.1 unknown" });

      expect(outcome).toMatchObject({ class: "permanent", code: 550 });
    },
  );

  test("ends the look-up of a name that nobody answers", async () => {
    const deadline = new AbortController();
    const asked = Promise.withResolvers<void>();
    const provider = createSmtpProvider({
      settings: smtpSettings(587),
      secrets: {},
      guard: createEgressGuard({
        allowedTargets: [],
        resolve: () => {
          asked.resolve();
          return new Promise(() => {});
        },
      }),
    });

    const sending = provider.send(aMail(), deadline.signal);
    await asked.promise;
    deadline.abort();

    expect(await sending).toMatchObject({ class: "transient", reason: "timeout", phase: "dns" });
  });

  test("frees the place of a hung mail for the next one", async () => {
    const deadline = new AbortController();
    const { provider, server } = await startFaulty({ maxConnections: 1 }, { MAIL: "stall" }, {});
    const hung = provider.send(aMail(), deadline.signal);
    const next = provider.send(aMail(), noDeadline());
    await server.stuck;

    deadline.abort();

    expect(await hung).toMatchObject({ reason: "timeout" });
    expect(await next).toMatchObject({ kind: "accepted" });
  });
});
