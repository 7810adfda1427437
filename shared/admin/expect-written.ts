import { AppError } from "../domain/app-error.ts";

/**
 * The result of a guarded write.
 * @throws AppError `precondition-failed` when the document was not in the version the caller expected.
 */
export const expectWritten = <T>(result: T | "version-differs" | undefined): T => {
  if (result === undefined || result === "version-differs") {
    throw new AppError(
      "precondition-failed",
      "It was changed meanwhile. Read it again and send its new ETag as If-Match.",
    );
  }
  return result;
};
