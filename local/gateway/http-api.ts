import { randomUUID } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener } from "node:http";
import { type InvokableFunction, MAX_PAYLOAD_BYTES } from "../aws/lambda.ts";
import { readBody } from "../http-server.ts";
import type { Api } from "../template/api.ts";
import { isFunction } from "../template/functions.ts";
import { LOCAL_ACCOUNT_ID } from "../template/place.ts";
import type { Authorize } from "./authorize.ts";
import { corsHeaders, preflightHeaders } from "./cors.ts";
import { matchRoute, type RouteMatch } from "./match-route.ts";
import { toProxyEvent } from "./proxy-event.ts";
import { INTERNAL_SERVER_ERROR, type ProxyResponse, toProxyResponse } from "./proxy-response.ts";

/** Bytes of a request body. Source: API Gateway quotas for HTTP APIs, "Payload size". */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** What the HTTP API needs. */
export interface HttpApiDeps {
  readonly api: Api;
  readonly functions: readonly InvokableFunction[];
  readonly authorize: Authorize;
}

/** Answers requests as API Gateway's HTTP API of this template does. */
export const httpApiListener =
  (deps: HttpApiDeps): RequestListener =>
  (request, response) => {
    const requestId = randomUUID();
    const common: OutgoingHttpHeaders = {
      "apigw-requestid": requestId,
      ...corsHeaders(deps.api.cors, request.headers.origin),
    };
    void answer(deps, request, requestId)
      .catch((error: unknown) => {
        console.error("The local HTTP API failed:", error);
        return INTERNAL_SERVER_ERROR;
      })
      .then(({ statusCode, headers, body }) => {
        response.writeHead(statusCode, { ...headers, ...common, "content-length": String(body.length) }).end(body);
      });
  };

const answer = async (deps: HttpApiDeps, request: IncomingMessage, requestId: string): Promise<ProxyResponse> => {
  const { api, authorize } = deps;
  const { method = "", headers } = request;
  if (method === "OPTIONS" && api.cors !== undefined) {
    return { statusCode: 204, headers: preflightHeaders(api.cors, headers.origin), body: Buffer.alloc(0) };
  }
  const url = URL.parse(request.url ?? "", "http://local");
  const match = url === null ? "malformed" : findRoute(deps, method, url.pathname);
  if (url === null || match === "malformed") return message(400, "Bad Request");
  if (match === undefined) return message(404, "Not Found");

  const { authorizer } = match.route;
  const authorization = authorizer === undefined ? undefined : await authorize(authorizer, headers);
  if (authorization?.ok === false) {
    return message(401, "Unauthorized", { "www-authenticate": authorization.wwwAuthenticate });
  }
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === "too-large") return message(413, "Request Entity Too Large");
  const claims = authorization?.claims;
  const context = { requestId, apiId: api.id, accountId: LOCAL_ACCOUNT_ID, now: new Date() };
  return invoke(deps, match, toProxyEvent({ request, url, body, match, claims, ...context }));
};

const findRoute = ({ api }: HttpApiDeps, method: string, path: string): RouteMatch | undefined | "malformed" => {
  try {
    return matchRoute(api.routes, method, path);
  } catch {
    return "malformed";
  }
};

const invoke = async ({ functions }: HttpApiDeps, { route }: RouteMatch, event: unknown): Promise<ProxyResponse> => {
  if (Buffer.byteLength(JSON.stringify(event)) > MAX_PAYLOAD_BYTES) return message(413, "Request Entity Too Large");
  const found = functions.find(({ fn }) => isFunction(fn, route.functionArn));
  const result = await found?.invoke(event);
  return result?.ok === true ? toProxyResponse(result.payload) : INTERNAL_SERVER_ERROR;
};

const message = (statusCode: number, text: string, headers: OutgoingHttpHeaders = {}): ProxyResponse => ({
  statusCode,
  headers: { "content-type": "application/json", ...headers },
  body: Buffer.from(JSON.stringify({ message: text })),
});
