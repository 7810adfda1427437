import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { RouteMatch } from "./match-route.ts";

/** What of a request goes into the event for the function. */
export interface ProxyRequest {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: Buffer;
  readonly match: RouteMatch;
  /** The token's claims; undefined on a public route. */
  readonly claims: Readonly<Record<string, string>> | undefined;
  readonly requestId: string;
  readonly apiId: string;
  readonly accountId: string;
  readonly now: Date;
}

/**
 * The event with which an HTTP API calls a function.
 * Source: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0.
 */
export const toProxyEvent = ({ request, url, body, match, claims, requestId, apiId, accountId, now }: ProxyRequest) => {
  const { routeKey } = match.route;
  const path = decodePath(url.pathname);
  const { cookie, ...headers } = request.headers;
  const isText = isTextType(headers["content-type"]);
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: url.search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers: joinHeaders(headers),
    ...(url.search.length > 1 ? { queryStringParameters: joinParameters(url.searchParams) } : {}),
    ...(Object.keys(match.pathParameters).length > 0 ? { pathParameters: match.pathParameters } : {}),
    ...(body.length > 0 ? { body: body.toString(isText ? "utf8" : "base64") } : {}),
    isBase64Encoded: body.length > 0 && !isText,
    requestContext: {
      accountId,
      apiId,
      ...(claims === undefined ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
      domainName: headers.host ?? "",
      domainPrefix: apiId,
      http: {
        method: request.method ?? "",
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey,
      stage: "$default",
      time: toClfTime(now),
      timeEpoch: now.getTime(),
    },
  };
};

const joinHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(",")]])),
  );

const joinParameters = (parameters: URLSearchParams): Record<string, string> =>
  Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(",")]));

/** Bodies of other types reach the function as base64. A body without a type is taken for text. */
const isTextType = (contentType = "text/plain"): boolean =>
  /^\s*(?:text\/|application\/(?:json|javascript|xml|[\w.-]+\+(?:json|xml))\s*(?:;|$))/i.test(contentType);

const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** `12/Mar/2026:19:03:58 +0000`, as in the common log format. */
const toClfTime = (now: Date): string => {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(now.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
};
