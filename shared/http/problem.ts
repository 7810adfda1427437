import { STATUS_CODES } from "node:http";
import { AppError, type AppErrorCode } from "../domain/app-error.ts";
import { jsonResponse } from "./answer.ts";
import type { ApiResponse } from "./api-event.ts";

/** The HTTP status of each kind of failure. */
export const STATUS_OF: Readonly<Record<AppErrorCode, number>> = {
  "malformed-body": 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "precondition-failed": 412,
  "payload-too-large": 413,
  "invalid-input": 422,
  "issuer-unavailable": 502,
  "try-again": 503,
};

/** A failure as RFC 9457 problem details. An error that is not ours is a bare 500: its message may hold anything. */
export const toProblem = (error: unknown, requestId: string): ApiResponse => {
  const known = error instanceof AppError ? error : undefined;
  const status = known === undefined ? 500 : STATUS_OF[known.code];
  return jsonResponse(
    status,
    {
      // With `about:blank` the title is the status phrase (RFC 9457 section 4.2.1); `code` is what programs look at.
      type: "about:blank",
      title: STATUS_CODES[status],
      status,
      detail: known?.message ?? "Something went wrong on our side. Give the requestId when you ask about it.",
      code: known?.code ?? "internal-error",
      errors: known?.issues ?? [],
      requestId,
    },
    // RFC 9110 section 11.6.1: a 401 says how to authenticate.
    status === 401 ? { "www-authenticate": "Bearer" } : {},
    "application/problem+json",
  );
};
