import type { SendPhase } from "../domain/outcome.ts";

/** Follows a conversation with a server, to know how far it had got when it broke off. */
export interface Transcript {
  readonly phase: SendPhase;
  enter(phase: SendPhase): void;
  /** Handed to the mail library, whose own errors do not tell the phase. */
  readonly logger: {
    debug(entry: LogEntry, text?: string): void;
    info(entry: LogEntry): void;
    readonly trace: () => void;
    readonly warn: () => void;
    readonly error: () => void;
    readonly fatal: () => void;
  };
}

/** What the library tells its logger (nodemailer 10). */
interface LogEntry {
  readonly tnx?: string;
  /** Present when a connection has just been established, TLS included. */
  readonly remoteAddress?: string;
}

/** A transcript of a connection that has just been made; TLS from the first byte makes `tls` its first phase. */
export const createTranscript = (first: "tls" | "greeting"): Transcript => {
  let phase: SendPhase = first;

  const hear = (reply: string) => {
    if (phase === "sender" && reply.startsWith("2")) phase = "recipient";
    // 354 asks for the mail: from here on the server may have it, whatever else happens (RFC 1047).
    else if ((phase === "sender" || phase === "recipient") && reply.startsWith("3")) phase = "accepted";
  };

  const say = (command: string) => {
    if (/^STARTTLS\b/i.test(command)) phase = "tls";
  };

  const ignore = () => {};
  return {
    get phase() {
      return phase;
    },
    enter(next) {
      phase = next;
    },
    logger: {
      debug({ tnx }, text = "") {
        if (tnx === "server") hear(text);
        else if (tnx === "client") say(text);
      },
      info({ tnx, remoteAddress }) {
        if (tnx === "network" && remoteAddress !== undefined) phase = "greeting";
        // The whole mail is on the wire. Servers that answer DATA with 250 get here without a 354.
        if (tnx === "message") phase = "accepted";
      },
      trace: ignore,
      warn: ignore,
      error: ignore,
      fatal: ignore,
    },
  };
};
