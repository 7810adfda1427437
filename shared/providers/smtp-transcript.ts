import type { SendPhase } from "../domain/outcome.ts";
import type { StepClock } from "./step-clock.ts";

/** Follows a conversation with a server, to know how far it had got when it broke off. */
export interface Transcript {
  readonly phase: SendPhase;
  /** Whether the server has said anything yet that could be understood. */
  readonly heard: boolean;
  /** The present phase is done, and the next one begins. */
  enter(phase: SendPhase): void;
  /** The present phase is done; what comes next is another mail's. */
  pause(): void;
  /** A mail begins on a connection that is ready for it. */
  begin(steps: StepClock): void;
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
export const createTranscript = (first: "tls" | "greeting", clock: StepClock): Transcript => {
  let phase: SendPhase = first;
  let heard = false;
  let steps = clock;

  const enter = (next: SendPhase) => {
    if (next !== phase) steps.passed(phase);
    phase = next;
  };

  const hear = (reply: string) => {
    heard = true;
    if (phase === "sender" && reply.startsWith("2")) enter("recipient");
    // 354 asks for the mail: from here on the server may have it, whatever else happens (RFC 1047).
    else if ((phase === "sender" || phase === "recipient") && reply.startsWith("3")) enter("accepted");
  };

  const say = (command: string) => {
    if (/^STARTTLS\b/i.test(command)) enter("tls");
  };

  const ignore = () => {};
  return {
    get phase() {
      return phase;
    },
    get heard() {
      return heard;
    },
    enter,
    pause: () => steps.passed(phase),
    begin(next) {
      steps = next;
      phase = "sender";
    },
    logger: {
      debug({ tnx }, text = "") {
        if (tnx === "server") hear(text);
        else if (tnx === "client") say(text);
      },
      info({ tnx, remoteAddress }) {
        if (tnx === "network" && remoteAddress !== undefined) enter("greeting");
        // The whole mail is on the wire. Servers that answer DATA with 250 get here without a 354.
        if (tnx === "message") enter("accepted");
      },
      trace: ignore,
      warn: ignore,
      error: ignore,
      fatal: ignore,
    },
  };
};
