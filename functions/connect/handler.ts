import middy from "@middy/core";
import { getScope, type ScopeDeps } from "../../shared/admin/scopes.ts";
import { testConnectionBody } from "../../shared/contracts/bodies/test-connection.ts";
import type { Log } from "../../shared/domain/log.ts";
import { type TestConnectionDeps, testConnection } from "../../shared/flow/test-connection.ts";
import { answerProblems } from "../../shared/http/answer-problems.ts";
import type { ApiEvent } from "../../shared/http/api-event.ts";
import { createDispatch, type Endpoints } from "../../shared/http/dispatch.ts";
import { readBody } from "../../shared/http/read-body.ts";

/** What testing connections over the API needs. */
export interface ConnectDeps extends TestConnectionDeps, ScopeDeps {
  readonly log: Log;
  readonly groupsClaim: string;
}

/** Answers connection tests. A test that fails is a good answer: it says why. */
export const createConnectHandler = (deps: ConnectDeps) => {
  const endpoints: Endpoints<"connect"> = {
    testMailSettings: async ({ scope, event }) => {
      const request = readBody(event, testConnectionBody);
      await getScope(deps, scope);
      const report = await testConnection(deps, scope, request);
      deps.log.info("connection.tested", { scope, ok: report.ok, code: report.code });
      return { body: report };
    },
  };
  const dispatch = createDispatch(endpoints, deps.groupsClaim);
  return middy(async (event: ApiEvent) => dispatch(event)).use(answerProblems(deps.log));
};
