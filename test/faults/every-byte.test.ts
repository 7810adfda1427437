import { describe, expect, test } from "vitest";
import type { SendOutcome } from "../../shared/domain/outcome.ts";
import { type Action, type Point, startScriptedSmtp } from "../fakes/scripted-smtp-server.ts";
import { aMail, noDeadline } from "../providers/outgoing-mail.ts";
import { AS_MAILER, LOGIN, smtpProvider } from "../providers/smtp-harness.ts";
import { type Cut, startCuttingRelay } from "./cutting-relay.ts";

/** A short mail: every byte of it is a place to break off. */
const MAIL = aMail({ html: "<p>x</p>", text: "x", references: [], replyTo: null });

/** How many conversations go on at once. */
const AT_ONCE = 16;

/** How a conversation went that was cut. */
interface Conversation {
  readonly cut: Cut | undefined;
  readonly outcome: SendOutcome;
  /** Whether the server has the whole mail. */
  readonly taken: boolean;
  /** Whether the server was asked to take the mail, and so may have begun to. */
  readonly asked: boolean;
  readonly bytes: Readonly<Record<Cut["from"], number>>;
}

/** Sends the mail over a connection that is cut. The deadline of the send is the moment of the cut when nothing ends. */
const converse = async (cut?: Cut, pieceBytes?: number): Promise<Conversation> => {
  const server = await startScriptedSmtp({});
  const relay = await startCuttingRelay(server.port, cut, pieceBytes);
  const provider = smtpProvider(relay.port, { auth: AS_MAILER }, LOGIN.password);
  const deadline = new AbortController();
  if (cut?.how === "stall") void relay.cut.then(() => setImmediate(() => deadline.abort()));
  const outcome = await provider.send(MAIL, deadline.signal);
  provider.close();
  await Promise.all([relay.stop(), server.stop()]);
  const asked = server.commands.includes("DATA");
  return { cut, outcome, taken: server.accepted.length > 0, asked, bytes: relay.bytes };
};

const converseAll = async (cuts: readonly Cut[]): Promise<Conversation[]> => {
  const all: Conversation[] = [];
  for (let first = 0; first < cuts.length; first += AT_ONCE) {
    all.push(...(await Promise.all(cuts.slice(first, first + AT_ONCE).map((cut) => converse(cut)))));
  }
  return all;
};

const isCertainlyNotSent = ({ outcome }: Conversation): boolean =>
  outcome.kind === "failed" && outcome.class !== "ambiguous";

describe("a connection that ends", () => {
  test.each(["close", "reset", "stall"] as const)(
    "at any byte the client says, by %s, is never taken for a mail that was not sent while the server has it",
    async (how) => {
      const whole = await converse();
      const positions = Array.from({ length: whole.bytes.client + 1 }, (_, afterBytes) => afterBytes);

      const all = await converseAll(positions.map((afterBytes) => ({ from: "client", afterBytes, how })));

      expect(all.filter((one) => one.taken && isCertainlyNotSent(one))).toEqual([]);
      expect(all.filter((one) => one.outcome.kind === "accepted" && !one.taken)).toEqual([]);
      expect(all.filter((one) => !one.asked && !isCertainlyNotSent(one))).toEqual([]);
      expect(all.some(isCertainlyNotSent) && !all.every(isCertainlyNotSent)).toBe(true);
    },
  );

  test.each(["close", "reset", "stall"] as const)(
    "at any byte the server says, by %s, is never taken for a mail that was not sent while the server has it",
    async (how) => {
      const whole = await converse();
      const positions = Array.from({ length: whole.bytes.server + 1 }, (_, afterBytes) => afterBytes);

      const all = await converseAll(positions.map((afterBytes) => ({ from: "server", afterBytes, how })));

      expect(all.filter((one) => one.taken && isCertainlyNotSent(one))).toEqual([]);
      expect(all.filter((one) => one.outcome.kind === "accepted" && !one.taken)).toEqual([]);
      expect(all.filter((one) => !one.asked && !isCertainlyNotSent(one))).toEqual([]);
    },
  );
});

test("a conversation in pieces of one byte goes through", async () => {
  expect(await converse(undefined, 1)).toMatchObject({ outcome: { kind: "accepted" }, taken: true });
});

describe("a reply of two megabytes without an end", () => {
  const POINTS: readonly Point[] = ["greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "dot"];

  test.each(POINTS)("at %s ends the send, and as possibly sent only when the server had the mail", async (point) => {
    const flood: Action = "flood";
    const server = await startScriptedSmtp({ [point]: flood });
    const provider = smtpProvider(server.port, { auth: AS_MAILER, timeoutMs: 1000 }, LOGIN.password);

    const outcome = await provider.send(MAIL, noDeadline());
    provider.close();
    await server.stop();

    expect(outcome).toMatchObject({ kind: "failed" });
    expect(outcome.kind === "failed" && outcome.class === "ambiguous").toBe(point === "dot");
  });
});

describe("STARTTLS", () => {
  const sendTo = async (answer: string) => {
    const server = await startScriptedSmtp({ EHLO: "250-scripted.example\r\n250 STARTTLS", STARTTLS: answer });
    const provider = smtpProvider(
      server.port,
      { security: "starttls", auth: AS_MAILER, timeoutMs: 1000 },
      LOGIN.password,
    );
    const outcome = await provider.send(MAIL, noDeadline());
    provider.close();
    await server.stop();
    return { outcome, commands: server.commands };
  };

  test.each([
    ["clear text instead of a handshake", "220 ready\r\n250 AUTH PLAIN\r\n250 2.1.0 ok"],
    ["a promise that is not kept", "220 ready"],
    ["a hang-up", "close"],
    ["noise", "220 ready\r\n\u0000\u0001\u0002"],
  ])("answered with %s ends before the login, and nothing is sent in the clear", async (_, answer) => {
    const { outcome, commands } = await sendTo(answer);

    expect(outcome).toMatchObject({ kind: "failed" });
    expect(outcome).not.toMatchObject({ class: "ambiguous" });
    expect(commands.filter((command) => /^(AUTH|MAIL|RCPT|DATA)/.test(command))).toEqual([]);
  });
});
