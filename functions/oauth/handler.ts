import middy from "@middy/core";
import type { Context } from "aws-lambda";
import {
  type AccessTokenAnswer,
  type AccessTokenRequest,
  parseAccessTokenRequest,
} from "../../shared/contracts/access-token.ts";
import { answerProblems } from "../../shared/http/answer-problems.ts";
import type { ApiEvent, ApiResponse } from "../../shared/http/api-event.ts";
import { createDispatch, type Endpoints } from "../../shared/http/dispatch.ts";
import { pageOf } from "../../shared/http/page.ts";
import { readActor } from "../../shared/http/read-request.ts";
import { accessToken } from "../../shared/oauth/access-token.ts";
import { beginConsent } from "../../shared/oauth/begin-consent.ts";
import { CALLBACK_STATUS, callbackPage } from "../../shared/oauth/callback-page.ts";
import { disconnect } from "../../shared/oauth/disconnect.ts";
import { finishConsent } from "../../shared/oauth/finish-consent.ts";
import type { OAuthDeps } from "../../shared/oauth/ports.ts";
import { mailboxStatus } from "../../shared/oauth/status.ts";
import { upkeep } from "../../shared/oauth/upkeep.ts";

/** What the function needs. */
export interface OAuthHandlerDeps extends OAuthDeps {
  readonly groupsClaim: string;
}

/** The event of a schedule (EventBridge user guide, "Creating a rule that runs on a schedule"). */
interface ScheduledEvent {
  readonly "detail-type": "Scheduled Event";
}

type OAuthEvent = ApiEvent | AccessTokenRequest | ScheduledEvent;

/** Time kept free at the end of a run: enough for one mailbox whose issuer hangs. */
const RESERVE_MS = 25_000;

/**
 * Answers the API's operations on mailboxes, hands out access tokens to the functions that log in with them, and looks
 * after all mailboxes every 6 hours.
 */
export const createOAuthHandler = (deps: OAuthHandlerDeps) => {
  const answerApi = createApi(deps);
  return async (event: OAuthEvent, context: Context): Promise<ApiResponse | AccessTokenAnswer | undefined> => {
    if ("routeKey" in event) return answerApi(event, context);
    const request = parseAccessTokenRequest(event);
    if (request !== undefined) return accessToken(deps, request.scope);
    if (!("detail-type" in event)) throw new Error("cannot handle the event: it is of no known kind");
    await upkeep(deps, () => context.getRemainingTimeInMillis() > RESERVE_MS);
    return undefined;
  };
};

const createApi = (deps: OAuthHandlerDeps) => {
  const endpoints: Endpoints<"oauth"> = {
    getOAuth: async ({ scope }) => ({ body: await mailboxStatus(deps, scope) }),
    authorizeOAuth: async (call) => ({ body: await beginConsent(deps, call.scope, readActor(call, deps.now())) }),
    deleteOAuth: async (call) => {
      await disconnect(deps, call.scope, readActor(call, deps.now()));
      return {};
    },
    oauthCallback: async ({ event }) => {
      const finished = await finishConsent(deps, queryOf(event));
      return { status: CALLBACK_STATUS[finished.kind], html: pageOf(callbackPage(finished)) };
    },
  };
  const dispatch = createDispatch(endpoints, deps.groupsClaim);
  return middy(async (event: ApiEvent) => dispatch(event)).use(answerProblems(deps.log));
};

const queryOf = ({ queryStringParameters = {} }: ApiEvent): URLSearchParams => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(queryStringParameters)) if (value !== undefined) query.set(name, value);
  return query;
};
