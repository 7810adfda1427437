import type { MiddlewareObj } from "@middy/core";
import { AppError } from "../domain/app-error.ts";
import type { Log } from "../domain/log.ts";
import type { ApiEvent, ApiResponse } from "./api-event.ts";
import { toProblem } from "./problem.ts";

/** Turns what an operation throws into a problem response. Only failures of ours are logged, once, with their cause. */
export const answerProblems = (log: Log): MiddlewareObj<ApiEvent, ApiResponse> => ({
  onError: (request) => {
    const { routeKey, requestContext } = request.event;
    if (!(request.error instanceof AppError)) {
      log.error("request.failed", { routeKey, requestId: requestContext.requestId }, request.error);
    }
    request.response = toProblem(request.error, requestContext.requestId);
  },
});
