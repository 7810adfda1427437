import { createAdminHandler } from "../../functions/admin/handler.ts";
import { createCredentialsHandler } from "../../functions/credentials/handler.ts";
import type { ConfigStore } from "../../shared/admin/ports.ts";
import { type Operation, ROUTES, routeKeyOf } from "../../shared/contracts/routes.ts";
import type { Delivery } from "../../shared/domain/delivery.ts";
import type { EventRecord } from "../../shared/domain/event-record.ts";
import type { ApiEvent } from "../../shared/http/api-event.ts";
import { createMemoryConfigStore } from "./memory-config-store.ts";
import { createMemoryHistory } from "./memory-history.ts";
import { createMemoryLog } from "./memory-log.ts";
import { createMemorySecrets } from "./memory-secrets.ts";

/** What a request can be made of. `groups` undefined: without a token. */
export interface RequestParts {
  readonly scope?: string;
  readonly id?: string;
  readonly groups?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response, read. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into every shape of body.
  readonly body: any;
  readonly text: string;
}

/** The event an HTTP API sends for an operation of the route table. */
export const requestFor = (operation: Operation, parts: RequestParts = {}): ApiEvent => {
  const route = ROUTES.find((one) => one.operation === operation);
  if (route === undefined) throw new Error(`no route ${operation}`);
  const { scope, id, groups, claims, body, rawBody, query, headers } = parts;
  const withToken = groups !== undefined || claims !== undefined;
  return {
    routeKey: routeKeyOf(route),
    headers: { "content-type": "application/json", ...headers },
    pathParameters: { ...(scope === undefined ? {} : { scope }), ...(id === undefined ? {} : { id }) },
    queryStringParameters: query,
    body: rawBody ?? (body === undefined ? undefined : JSON.stringify(body)),
    requestContext: {
      requestId: "request-1",
      ...(withToken
        ? { authorizer: { jwt: { claims: { sub: "ada", token_use: "access", "cognito:groups": groups, ...claims } } } }
        : {}),
    },
  };
};

/** What the API finds in its stores. */
export interface ApiContents {
  /** In memory unless given. */
  readonly config?: ConfigStore;
  readonly events?: readonly EventRecord[];
  readonly deliveries?: readonly Delivery[];
}

/** The real handlers over stores in memory. */
export const startApi = ({ config = createMemoryConfigStore(), events = [], deliveries = [] }: ApiContents = {}) => {
  const secrets = createMemorySecrets();
  const log = createMemoryLog();
  const common = { log, groupsClaim: "cognito:groups", now: () => new Date("2026-11-20T12:00:00.000Z") };
  const handlers = {
    admin: createAdminHandler({
      ...common,
      config,
      history: createMemoryHistory(events, deliveries),
    }),
    credentials: createCredentialsHandler({ ...common, ...config, secrets }),
  };

  const send = async (operation: Operation, event: ApiEvent): Promise<Answered> => {
    const route = ROUTES.find((one) => one.operation === operation);
    const response = await handlers[route?.function ?? "admin"](event, CONTEXT);
    const text = response.body;
    return {
      status: response.statusCode,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
      text,
    };
  };

  return {
    config,
    secrets,
    log,
    send,
    call: (operation: Operation, parts: RequestParts = {}) => send(operation, requestFor(operation, parts)),
  };
};

const CONTEXT = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: "test",
  functionVersion: "1",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:000000000000:function:test",
  memoryLimitInMB: "256",
  awsRequestId: "request-1",
  logGroupName: "test",
  logStreamName: "test",
  getRemainingTimeInMillis: () => 10_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
