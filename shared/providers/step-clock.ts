import type { SendOutcome, SendPhase } from "../domain/outcome.ts";
import type { SendStep } from "../flow/provider-ports.ts";

/** Tells a watcher of each step as it ends, with the time since the one before. */
export interface StepClock {
  passed(step: SendPhase, detail?: string): void;
  /** The last step: the mail was accepted, or the step that failed. */
  ended(outcome: SendOutcome): void;
}

/** A clock that starts now. */
export const startStepClock = (watch: (step: SendStep) => void = () => {}): StepClock => {
  let sinceMs = performance.now();
  const tell = (name: SendPhase, ok: boolean, detail: string | null): void => {
    const nowMs = performance.now();
    watch({ name, ok, ms: Math.round(nowMs - sinceMs), detail });
    sinceMs = nowMs;
  };
  return {
    passed: (step, detail) => tell(step, true, detail ?? null),
    ended: (outcome) => {
      if (outcome.kind === "accepted") tell("accepted", true, wordReply(outcome.code, null));
      else tell(outcome.phase, false, wordFailure(outcome));
    },
  };
};

/** What the other side said is its own text, and stays out: it may be anything. */
const wordFailure = ({ code, enhancedCode, text }: Extract<SendOutcome, { kind: "failed" }>): string | null =>
  code === null ? text : wordReply(code, enhancedCode);

const wordReply = (code: number, enhancedCode: string | null): string =>
  `The answer was ${[code, enhancedCode].filter((part) => part !== null).join(" ")}.`;
