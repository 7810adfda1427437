import { AppError } from "../domain/app-error.ts";
import type { Change, Versioned } from "./ports.ts";

/**
 * The result of a guarded write.
 * @throws AppError `precondition-failed` when the document was not in the version the caller expected.
 */
export const expectWritten = <T>(result: T | undefined): T => {
  if (result === undefined) throw changedMeanwhile();
  return result;
};

/**
 * Checks a document before something is done that hangs on it but has no version of its own.
 * @throws AppError `precondition-failed` when the document is not in the version the caller expects.
 */
export const expectVersion = ({ version }: Versioned<unknown>, { ifVersion }: Change): void => {
  if (ifVersion !== undefined && ifVersion !== "*" && !ifVersion.includes(version)) throw changedMeanwhile();
};

const changedMeanwhile = (): AppError =>
  new AppError("precondition-failed", "It was changed meanwhile. Read it again and send its new ETag as If-Match.");
