import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { pick } from "./seeded-random.ts";

/** Where a mishap happens. */
type Turn = "greeting" | "MAIL" | "RCPT" | "DATA" | "body" | "dot";

/** What goes wrong: a reply, an end of the connection, or silence. A mail that is kept has been delivered all the same. */
interface Mishap {
  readonly at: Turn;
  readonly does: "say" | "close" | "reset" | "stall";
  readonly words?: string;
  readonly keeps?: true;
}

/** Mishaps in which the mail has certainly not been handed over, and that pass. */
const BEFORE_HAND_OVER: readonly Mishap[] = [
  { at: "greeting", does: "close" },
  { at: "greeting", does: "say", words: "421 4.3.2 Too many connections" },
  { at: "MAIL", does: "say", words: "451 4.3.0 Try again later" },
  { at: "MAIL", does: "stall" },
  { at: "RCPT", does: "say", words: "450 4.2.0 Greylisted" },
  { at: "RCPT", does: "reset" },
  { at: "DATA", does: "close" },
  { at: "dot", does: "say", words: "451 4.3.0 Queue is full" },
];

/** Refusals for good: the record has to say so. None condemns the address, or all mails after it would be left out. */
const REFUSALS: readonly Mishap[] = [
  { at: "RCPT", does: "say", words: "550 5.2.1 Mailbox disabled" },
  { at: "dot", does: "say", words: "554 5.7.1 Looks like spam" },
];

/** Mishaps after which a client cannot know whether the server has the mail (RFC 1047). */
const AT_HAND_OVER: readonly Mishap[] = [
  { at: "body", does: "reset" },
  { at: "dot", does: "close" },
  { at: "dot", does: "close", keeps: true },
  { at: "dot", does: "reset", keeps: true },
  { at: "dot", does: "stall", keeps: true },
];

/** How much goes wrong, as shares in [0, 1] of all mails. */
export interface Unreliability {
  readonly beforeHandOver: number;
  readonly refusals: number;
  readonly atHandOver: number;
}

/** A mail that the server has taken, whatever it then said. */
export interface KeptMail {
  readonly recipient: string;
  readonly raw: string;
}

/** A mail server that takes most mails and does a bit of everything wrong with the others. */
export interface UnreliableSmtpServer {
  readonly port: number;
  readonly kept: readonly KeptMail[];
  stop(): Promise<void>;
}

const REPLIES: Readonly<Record<string, string>> = {
  EHLO: "250 unreliable.example",
  HELO: "250 unreliable.example",
  MAIL: "250 2.1.0 ok",
  RCPT: "250 2.1.5 ok",
  DATA: "354 go ahead",
  RSET: "250 2.0.0 forgotten",
  NOOP: "250 2.0.0 ok",
  QUIT: "221 2.0.0 bye",
};

/** Starts the server on 127.0.0.1. @param random numbers in [0, 1) that decide what goes wrong. */
export const startUnreliableSmtp = async (
  unreliability: Unreliability,
  random: () => number,
): Promise<UnreliableSmtpServer> => {
  const kept: KeptMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    converse(socket, () => chooseMishap(unreliability, random), kept);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    kept,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const chooseMishap = (
  { beforeHandOver, refusals, atHandOver }: Unreliability,
  random: () => number,
): Mishap | undefined => {
  const roll = random();
  if (roll < beforeHandOver) return pick(random, BEFORE_HAND_OVER);
  if (roll < beforeHandOver + refusals) return pick(random, REFUSALS);
  return roll < beforeHandOver + refusals + atHandOver ? pick(random, AT_HAND_OVER) : undefined;
};

const converse = (socket: Socket, choose: () => Mishap | undefined, kept: KeptMail[]): void => {
  let mishap = choose();
  let recipient = "";
  let lines: string[] | undefined;

  const say = (words: string) => socket.writable && socket.write(`${words}\r\n`);
  const answer = (turn: string, words: string): void => {
    if (mishap?.at !== turn) say(words);
    else if (mishap.does === "say") say(mishap.words ?? "451 4.3.0 Something went wrong");
    else if (mishap.does === "close") socket.end();
    else if (mishap.does === "reset") socket.resetAndDestroy();
  };
  const takeMail = (raw: string): void => {
    if (mishap?.at !== "dot" || mishap.keeps) kept.push({ recipient, raw });
    answer("dot", "250 2.0.0 queued");
    // A mishap is over with its mail; the next mail on this connection has its own.
    if (mishap?.does !== "stall") mishap = choose();
  };
  const takeCommand = (line: string): void => {
    const verb = line.split(/[ :]/, 1)[0]?.toUpperCase() ?? "";
    if (verb === "RCPT") recipient = /<([^>]*)>/.exec(line)?.[1] ?? "";
    answer(verb, REPLIES[verb] ?? "502 5.5.1 not here");
    if (verb === "QUIT") socket.end();
    if (verb === "RSET") mishap = choose();
    if (verb !== "DATA" || mishap?.at === "DATA") return;
    lines = [];
    if (mishap?.at === "body") answer("body", "");
  };

  answer("greeting", "220 unreliable.example ESMTP");
  const input = createInterface({ input: socket });
  // It repeats the socket's errors; a connection that breaks needs no answer.
  input.on("error", () => {});
  input.on("line", (line) => {
    if (lines === undefined) return takeCommand(line);
    if (line !== ".") return void lines.push(line);
    const raw = lines.join("\n");
    lines = undefined;
    takeMail(raw);
  });
};
