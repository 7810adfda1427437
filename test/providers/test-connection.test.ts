import { describe, expect, test } from "vitest";
import { FAILURE_REASONS, type FailureReason } from "../../shared/domain/outcome.ts";
import { attemptOf, examine } from "./doctor.ts";
import { certificate, FAILING_SERVERS, relaySettings, scripted } from "./failing-servers.ts";
import { AS_MAILER, LOGIN } from "./smtp-harness.ts";

describe("a connection test", () => {
  test.each(FAILING_SERVERS)(
    "of $title says $code at the step $step, in words of its own",
    async ({ code, step, situation }) => {
      const report = await examine(await situation());

      const messageId = code === "possibly-sent" ? expect.stringContaining("@") : null;
      expect(report).toMatchObject({ ok: false, code, hint: expect.stringMatching(/\w{3}.*[.]$/), messageId });
      expect(report.steps.at(-1)).toMatchObject({ name: step, ok: false });
      expect(report.steps.slice(0, -1).every(({ ok }) => ok)).toBe(true);
      expect(report.steps[0]?.name).toBe("settings");
      expect(new Set(report.steps.map(({ name }) => name)).size).toBe(report.steps.length);
      expect(JSON.stringify(report)).not.toMatch(/internal-host|corp|hello/);
      expect(JSON.stringify(report)).not.toContain(LOGIN.password);
    },
  );

  test.each(FAILING_SERVERS)("of $title says what a send comes to", async ({ code, step, situation }) => {
    const attempt = await attemptOf(await situation());

    expect(attempt).toMatchObject({ reason: code, phase: step });
  });

  test("knows every reason a send can have, but for those that need no server", () => {
    const shown = new Set<FailureReason>(FAILING_SERVERS.map(({ code }) => code));

    expect(FAILURE_REASONS.filter((reason) => !shown.has(reason))).toEqual(["no-mail-settings", "unknown"]);
  });

  test.each([
    {
      security: "implicit",
      order: ["settings", "dns", "connect", "tls", "greeting", "auth", "sender", "recipient", "accepted"],
    },
    {
      security: "starttls",
      order: ["settings", "dns", "connect", "greeting", "tls", "auth", "sender", "recipient", "accepted"],
    },
  ] as const)(
    "that succeeds with security $security tells its steps in the order they happen",
    async ({ security, order }) => {
      const situation = await relaySettings({ security, certificate, login: LOGIN }, { security, auth: AS_MAILER });

      const report = await examine(situation);

      expect(report).toMatchObject({ ok: true, code: null, hint: null, messageId: "<test-4711@acme.example>" });
      expect(report.steps.map(({ name }) => name)).toEqual(order);
      expect(report.steps.every(({ ok, ms }) => ok && Number.isInteger(ms) && ms >= 0)).toBe(true);
    },
  );

  test("of a relay without login and TLS passes neither step", async () => {
    const report = await examine(await relaySettings({ security: "none" }));

    expect(report.steps.map(({ name }) => name)).toEqual([
      "settings",
      "dns",
      "connect",
      "greeting",
      "sender",
      "recipient",
      "accepted",
    ]);
  });

  describe("whose timeout is a second", () => {
    /** Which of two examinations ends first. */
    const first = (...reports: readonly Promise<unknown>[]): Promise<number> =>
      Promise.race(reports.map(async (report, index) => report.then(() => index)));

    /** One that waits three times as long, for a server that says nothing. */
    const patient = async () => examine(await scripted({ greeting: "stall" }, { timeoutMs: 3000 }));

    test("ends long before a longer one would, although the server's answer never ends, wherever it begins", async () => {
      const points = ["greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "dot"] as const;
      const reports = points.map(async (point) => examine(await scripted({ [point]: "trickle" })));

      const winners = await first(Promise.all(reports), patient());

      expect((await Promise.all(reports)).map(({ ok }) => ok)).toEqual(points.map(() => false));
      expect(winners).toBe(0);
    });

    test("ends so too when one slow answer after the other stays below the timeout", async () => {
      const report = scripted({ EHLO: "slow", AUTH: "slow", MAIL: "slow", RCPT: "slow", DATA: "slow" }).then(examine);

      const winner = await first(report, patient());

      expect(await report).toMatchObject({ ok: false, code: "timeout" });
      expect(winner).toBe(0);
    });
  });
});
