import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** Where a server answers; `greeting` is before the client speaks, `dot` after the whole mail. */
type Turn = "greeting" | "EHLO" | "STARTTLS" | "AUTH" | "MAIL" | "RCPT" | "DATA" | "dot" | "RSET";

/** Where in a conversation something can go wrong: at an answer, within the mail, or at the second mail. */
export type Point = Turn | "body" | "secondMAIL";

/**
 * What the server does there instead of what it should: `close` ends the connection, `reset` breaks it, `stall` says
 * nothing, `slow` gives the usual answer after a while, `trickle` begins a reply that never ends, `flood` sends a reply
 * without end at once; anything else is said as it is.
 */
export type Action = "close" | "reset" | "stall" | "slow" | "trickle" | "flood" | (string & {});

/** What goes wrong on one connection. */
export type Script = Readonly<Partial<Record<Point, Action>>>;

/** A mail server that follows a script, to the letter and to the bitter end. */
export interface ScriptedSmtpServer {
  readonly port: number;
  /** Mails that were given whole and answered with 250. */
  readonly accepted: readonly string[];
  /** Commands so far, over all connections. */
  readonly commands: readonly string[];
  connections(): number;
  /** Connections that nobody has ended yet. */
  openConnections(): number;
  /** Resolves when a connection has stalled, or has trickled for a while. */
  readonly stuck: Promise<void>;
  stop(): Promise<void>;
}

/** Pieces of an unending reply after which it is clear that the client waits for its end. */
const PIECES_UNTIL_STUCK = 5;
const PIECE_EVERY_MS = 2;

/** How late a slow answer is. */
const SLOW_MS = 400;

const USUAL: Record<Turn, string> = {
  greeting: "220 scripted.example ESMTP",
  EHLO: "250-scripted.example\r\n250 AUTH PLAIN",
  STARTTLS: "502 5.5.1 not here",
  AUTH: "235 2.7.0 welcome",
  MAIL: "250 2.1.0 ok",
  RCPT: "250 2.1.5 ok",
  DATA: "354 go ahead",
  dot: "250 2.0.0 queued as 4711",
  RSET: "250 2.0.0 forgotten",
};

/** Starts the server; each connection follows the next script, and the last one from then on. */
export const startScriptedSmtp = async (...scripts: readonly Script[]): Promise<ScriptedSmtpServer> => {
  const accepted: string[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const { promise: stuck, resolve: reportStuck } = Promise.withResolvers<void>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    const script = scripts[Math.min(connections, scripts.length - 1)] ?? {};
    connections += 1;
    converse(socket, script, { accepted, commands, reportStuck });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    accepted,
    commands,
    connections: () => connections,
    openConnections: () => sockets.size,
    stuck,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

interface Conversation {
  readonly accepted: string[];
  readonly commands: string[];
  readonly reportStuck: () => void;
}

const converse = (socket: Socket, script: Script, { accepted, commands, reportStuck }: Conversation): void => {
  let mail: string[] | undefined;
  let mails = 0;
  const at = (turn: Turn): void => {
    if (turn === "MAIL") mails += 1;
    const action = (turn === "MAIL" && mails === 2 ? script.secondMAIL : undefined) ?? script[turn];
    if (action === "slow") setTimeout(() => socket.writable && socket.write(`${USUAL[turn]}\r\n`), SLOW_MS).unref();
    else act(socket, action ?? USUAL[turn], reportStuck);
  };
  const onBodyLine = (line: string, lines: string[]): void => {
    if (line !== ".") {
      lines.push(line);
      return;
    }
    if (script.dot === undefined) accepted.push(lines.join("\n"));
    mail = undefined;
    at("dot");
  };
  const onCommand = (line: string): void => {
    commands.push(line);
    const verb = line.split(/[ :]/, 1)[0]?.toUpperCase() ?? "";
    if (verb in USUAL) at(verb as Turn);
    else socket.write("502 5.5.1 not here\r\n");
    if (verb !== "DATA" || script.DATA !== undefined) return;
    mail = [];
    if (script.body !== undefined) act(socket, script.body, reportStuck);
  };
  at("greeting");
  const input = createInterface({ input: socket });
  // It repeats the socket's errors; a connection that breaks needs no answer.
  input.on("error", () => {});
  input.on("line", (line) => {
    if (mail === undefined) onCommand(line);
    else onBodyLine(line, mail);
  });
};

const act = (socket: Socket, action: Action, reportStuck: () => void): void => {
  switch (action) {
    case "close":
      socket.end();
      return;
    case "reset":
      socket.resetAndDestroy();
      return;
    case "stall":
      reportStuck();
      return;
    case "trickle":
      trickle(socket, reportStuck);
      return;
    case "flood":
      socket.write(`250-${"x".repeat(2 * 1024 * 1024)}`);
      return;
    default:
      socket.write(`${action}\r\n`);
  }
};

const trickle = (socket: Socket, reportStuck: () => void): void => {
  let pieces = 0;
  const timer = setInterval(() => {
    if (socket.writable) socket.write("250-wait for it\r\n");
    pieces += 1;
    if (pieces === PIECES_UNTIL_STUCK) reportStuck();
  }, PIECE_EVERY_MS);
  socket.once("close", () => clearInterval(timer));
};
