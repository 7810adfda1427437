import type { DeadLetters } from "../../shared/flow/ports.ts";

/** A dead-letter queue to look into. */
export const createRecordingDeadLetters = (): DeadLetters & {
  readonly letters: { body: string; reason: string }[];
} => {
  const letters: { body: string; reason: string }[] = [];
  return {
    letters,
    async put(body, reason) {
      letters.push({ body, reason });
    },
  };
};
