import { describe, expect, test } from "vitest";
import type { Failed } from "../../shared/domain/outcome.ts";
import type { Action, Point, Script } from "../fakes/scripted-smtp-server.ts";
import { aMail, noDeadline } from "./outgoing-mail.ts";
import { POSSIBLY_SENT, startFaulty, transient } from "./smtp-faults.ts";

const PIPELINING = { EHLO: "250-scripted.example\r\n250-PIPELINING\r\n250 AUTH PLAIN" };

type Row = readonly [point: Point, action: Action, expected: Partial<Failed>];

/** What a server says, and what that means. */
const REPLIES: readonly Row[] = [
  ["greeting", "554 5.3.2 no service here", transient("server-unavailable", "greeting", 554)],
  ["greeting", "421 4.3.2 too busy", transient("server-unavailable", "greeting", 421)],
  ["greeting", "HTTP/1.1 400 Bad Request", { class: "config", reason: "not-smtp", phase: "greeting", code: null }],
  ["greeting", "200 news.example ready", { class: "config", reason: "not-smtp", phase: "greeting", code: null }],
  ["greeting", "+OK POP3 ready", { class: "config", reason: "not-smtp", phase: "greeting", code: null }],
  ["EHLO", "421 4.7.0 too many connections", transient("server-unavailable", "greeting", 421)],
  ["AUTH", "535 5.7.8 no", { class: "config", reason: "login-refused", phase: "auth", code: 535 }],
  ["AUTH", "454 4.7.0 later", transient("server-unavailable", "auth", 454)],
  ["AUTH", "421 4.7.0 later", transient("server-unavailable", "auth", 421)],
  ["AUTH", "503 5.5.1 authentication not enabled", { class: "config", reason: "login-not-offered", phase: "auth" }],
  ["MAIL", "421 4.4.2 bye", transient("server-unavailable", "sender", 421)],
  ["MAIL", "451 4.3.0 later", transient("server-unavailable", "sender", 451)],
  ["MAIL", "530 5.7.0 login first", { class: "config", reason: "login-refused", phase: "sender", code: 530 }],
  ["MAIL", "550 5.7.1 not you", { class: "config", reason: "sender-refused", phase: "sender", code: 550 }],
  ["MAIL", "552 too large", { class: "permanent", reason: "message-too-large", phase: "sender", code: 552 }],
  ["RCPT", "550 5.1.1 unknown", { class: "permanent", reason: "recipient-refused", phase: "recipient", code: 550 }],
  ["RCPT", "550 5.7.1 policy", { class: "permanent", reason: "message-refused", phase: "recipient", code: 550 }],
  ["RCPT", "450 4.2.0 greylisted", transient("recipient-refused", "recipient", 450)],
  ["RCPT", "452 4.2.2 full", transient("recipient-refused", "recipient", 452)],
  ["RCPT", "421 4.4.2 bye", transient("server-unavailable", "recipient", 421)],
  ["RCPT", "503 5.5.1 order", transient("server-unavailable", "recipient", 503)],
  ["DATA", "451 4.7.1 later", transient("message-refused", "accepted", 451)],
  ["DATA", "554 5.5.1 no", { class: "permanent", reason: "message-refused", phase: "accepted", code: 554 }],
  ["DATA", "421 4.4.2 bye", transient("server-unavailable", "accepted", 421)],
  ["dot", "451 4.7.1 later", transient("message-refused", "accepted", 451)],
  ["dot", "554 5.7.1 spam", { class: "permanent", reason: "message-refused", phase: "accepted", code: 554 }],
  ["dot", "552 5.3.4 large", { class: "permanent", reason: "message-too-large", phase: "accepted", code: 552 }],
  ["dot", "421 4.4.2 bye", transient("server-unavailable", "accepted", 421)],
  ["dot", "354 go on", POSSIBLY_SENT],
  ["dot", "what mail?", POSSIBLY_SENT],
  ["dot", "flood", POSSIBLY_SENT],
];

/** Where a connection breaks, and whether the mail may have been taken by then. */
const BREAKS: readonly Row[] = (["close", "reset"] as const).flatMap((action): Row[] => [
  // Without a greeting it is a matter of chance whether the client saw the connection before it was gone.
  ["greeting", action, { class: "transient", reason: "connection-lost" }],
  ["EHLO", action, transient("connection-lost", "greeting")],
  ["AUTH", action, transient("connection-lost", "auth")],
  ["MAIL", action, transient("connection-lost", "sender")],
  ["RCPT", action, transient("connection-lost", "recipient")],
  ["DATA", action, transient("connection-lost", "recipient")],
  ["dot", action, POSSIBLY_SENT],
]);

describe("a server's refusal", () => {
  test.each(REPLIES)("at %s, %j, is understood", async (point, action, expected) => {
    const { provider, server } = await startFaulty({}, { [point]: action });

    const outcome = await provider.send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ kind: "failed", ...expected });
    expect(server.accepted).toHaveLength(0);
  });

  test.each(REPLIES.filter(([point]) => !["greeting", "EHLO", "AUTH"].includes(point)))(
    "at %s, %j, is understood although all commands were sent at once",
    async (point, action, expected) => {
      const { provider } = await startFaulty({}, { ...PIPELINING, [point]: action });

      const outcome = await provider.send(aMail(), noDeadline());

      expect(outcome).toMatchObject({ kind: "failed", ...expected });
    },
  );

  test("by something that is no mail server is not repeated", async () => {
    const { provider } = await startFaulty({}, { greeting: "HTTP/1.1 400 internal-service.corp" });

    const outcome = await provider.send(aMail(), noDeadline());

    expect(JSON.stringify(outcome)).not.toMatch(/HTTP|corp/);
  });

  test("leaves the connection fit for the next mail", async () => {
    const refusing: Script = { RCPT: "550 5.1.1 unknown" };
    const { provider, server } = await startFaulty({}, refusing);

    await provider.send(aMail(), noDeadline());
    await provider.send(aMail(), noDeadline());

    expect(server.connections()).toBe(1);
    expect(server.commands.filter((command) => command === "RSET")).toHaveLength(2);
  });

  test.each(["close", "reset", "502 5.5.1 no", "421 4.4.2 bye"])(
    "is reported although RSET ends in %s, and the next mail takes another connection",
    async (action) => {
      const { provider, server } = await startFaulty({}, { RCPT: "550 5.1.1 unknown", RSET: action }, {});

      const outcomes = [await provider.send(aMail(), noDeadline()), await provider.send(aMail(), noDeadline())];

      expect(outcomes).toMatchObject([{ class: "permanent", code: 550 }, { kind: "accepted" }]);
      expect(server.connections()).toBe(2);
    },
  );
});

describe("a broken connection", () => {
  test.each(BREAKS)("at %s by %s is transient until the server asked for the mail", async (point, action, expected) => {
    const { provider, server } = await startFaulty({}, { [point]: action });

    const outcome = await provider.send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ kind: "failed", ...expected });
    expect(server.connections()).toBe(1);
  });

  test.each(["close", "reset"])("inside the mail's body by %s is ambiguous", async (action) => {
    const { provider } = await startFaulty({}, { body: action });

    const outcome = await provider.send(aMail({ text: "long ".repeat(500_000) }), noDeadline());

    expect(outcome).toMatchObject({ class: "ambiguous", reason: "possibly-sent" });
  });

  test.each(["close", "reset", "421 4.4.2 idle for too long"])(
    "that was kept and ends with the second mail, by %s, is replaced without anybody noticing",
    async (action) => {
      const { provider, server } = await startFaulty({}, { secondMAIL: action }, {});

      const outcomes = [await provider.send(aMail(), noDeadline()), await provider.send(aMail(), noDeadline())];

      expect(outcomes).toMatchObject([{ kind: "accepted" }, { kind: "accepted" }]);
      expect(server.accepted).toHaveLength(2);
      expect(server.connections()).toBe(2);
    },
  );

  test("that breaks again at once is not replaced for ever", async () => {
    const { provider, server } = await startFaulty({}, { secondMAIL: "close" }, { MAIL: "close" });

    const outcomes = [await provider.send(aMail(), noDeadline()), await provider.send(aMail(), noDeadline())];

    expect(outcomes).toMatchObject([{ kind: "accepted" }, transient("connection-lost", "sender")]);
    expect(server.connections()).toBe(2);
  });
});

describe("a mail's body", () => {
  test.each(["\n.\n", "\r.\r", "\r\n.\r\n", "\n.\r\n", "\r\n.\n", "\r\n.\r"])(
    "cannot end the mail with %j and smuggle in another one",
    async (end) => {
      const { provider, server } = await startFaulty({}, {});
      const smuggled = `${end}MAIL FROM:<evil@evil.example>${end}RCPT TO:<victim@evil.example>\r\nDATA\r\nx${end}`;

      const outcome = await provider.send(aMail({ text: `a${smuggled}`, html: `b${smuggled}` }), noDeadline());

      expect(outcome).toMatchObject({ kind: "accepted" });
      expect(server.accepted).toHaveLength(1);
      expect(server.commands.filter((command) => command.includes("evil"))).toEqual([]);
    },
  );
});
