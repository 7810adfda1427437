import { createAdminHandler } from "../../functions/admin/handler.ts";
import { createConnectHandler } from "../../functions/connect/handler.ts";
import { createCredentialsHandler } from "../../functions/credentials/handler.ts";
import { createFeedbackHandler } from "../../functions/feedback/handler.ts";
import { createOAuthHandler } from "../../functions/oauth/handler.ts";
import { createAuditTrail } from "../../shared/admin/audit.ts";
import type { AuditStore, ConfigStore, Publisher } from "../../shared/admin/ports.ts";
import { type ApiFunction, type Operation, ROUTES, routeKeyOf } from "../../shared/contracts/routes.ts";
import type { Delivery } from "../../shared/domain/delivery.ts";
import type { PipelineEvent } from "../../shared/domain/event.ts";
import type { EventRecord } from "../../shared/domain/event-record.ts";
import type { NotedTest } from "../../shared/domain/last-test.ts";
import type { OAuthState } from "../../shared/domain/oauth-state.ts";
import { type Scope, SYSTEM, type Tenant, tenantOf } from "../../shared/domain/scope.ts";
import type { OutcomeStore } from "../../shared/flow/ports.ts";
import type { Providers } from "../../shared/flow/provider-ports.ts";
import type { LinkKeys } from "../../shared/flow/suppression-ports.ts";
import type { ApiEvent, ApiResponse } from "../../shared/http/api-event.ts";
import { onFirstUse } from "../../shared/runtime/on-first-use.ts";
import { templateEngine } from "../../shared/templates/template-engine.ts";
import { renderTestMail } from "../../shared/templates/test-mail.ts";
import { NOT_CONNECTED } from "./access-tokens.ts";
import { createMemoryAudit } from "./memory-audit.ts";
import { createMemoryConfigStore } from "./memory-config-store.ts";
import { createMemoryHeardDeliveries } from "./memory-heard-deliveries.ts";
import { createMemoryHistory } from "./memory-history.ts";
import { createMemoryLog } from "./memory-log.ts";
import { createMemoryConsents, createMemoryMailboxes, SILENT_ISSUERS } from "./memory-mailboxes.ts";
import { createMemoryMetrics } from "./memory-metrics.ts";
import { createMemoryOAuthSecrets } from "./memory-oauth-secrets.ts";
import { createMemoryOutcomeStore } from "./memory-outcome-store.ts";
import { createMemoryPublisher, createMemoryTenantBus } from "./memory-publisher.ts";
import { createMemoryRoutingConfig } from "./memory-routing-config.ts";
import { createMemorySecrets } from "./memory-secrets.ts";
import { createMemorySendingConfig } from "./memory-sending-config.ts";
import { createMemoryTemplateContents } from "./memory-template-contents.ts";
import { LINK_KEY } from "./plain-mails.ts";
import { createRecordingOutbox } from "./recording-outbox.ts";
import { createScriptedProviders } from "./scripted-providers.ts";

/** What a request can be made of. `groups` undefined: without a token. */
export interface RequestParts {
  readonly scope?: string;
  /** What the path names below the scope: an id, or an address. */
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
  const idName = /\{(address|token)\}$/.exec(route.path)?.[1] ?? "id";
  const withToken = groups !== undefined || claims !== undefined;
  return {
    routeKey: routeKeyOf(route),
    headers: { "content-type": "application/json", ...headers },
    pathParameters: { ...(scope === undefined ? {} : { scope }), ...(id === undefined ? {} : { [idName]: id }) },
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
  readonly audit?: AuditStore;
  readonly publisher?: Publisher;
  readonly secrets?: ReturnType<typeof createMemorySecrets>;
  /** What the connection test sends with: it sends nothing unless given. */
  readonly providers?: Providers;
  readonly events?: readonly EventRecord[];
  readonly deliveries?: readonly Delivery[];
  /** Events as they were taken in. */
  readonly received?: readonly PipelineEvent[];
  readonly outcomes?: OutcomeStore;
  /** By scope. */
  readonly oauthStates?: ReadonlyMap<string, OAuthState>;
  readonly lastTests?: ReadonlyMap<string, NotedTest>;
  readonly linkKeys?: LinkKeys;
}

/** Where issuers send the browser back to. */
export const REDIRECT_URI = "https://api.tidings.example/v1/oauth/callback";

/** The real handlers over stores in memory. */
export const startApi = ({
  config = createMemoryConfigStore(),
  audit = createMemoryAudit(),
  publisher = createMemoryPublisher(),
  secrets = createMemorySecrets(),
  providers = createScriptedProviders(),
  events = [],
  deliveries = [],
  received = [],
  outcomes = createMemoryOutcomeStore(),
  oauthStates = new Map(),
  lastTests = new Map(),
  linkKeys = { get: async () => LINK_KEY },
}: ApiContents = {}) => {
  const log = createMemoryLog();
  const metrics = createMemoryMetrics();
  const history = createMemoryHistory(events, deliveries);
  const heard = createMemoryHeardDeliveries(deliveries);
  const announcer = createMemoryPublisher();
  const outbox = createRecordingOutbox();
  const tenantBus = createMemoryTenantBus();
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `id-${ids}`;
  };
  const tests = new Map<string, NotedTest>(lastTests);
  const common = {
    lastTests: {
      get: async (scope: Scope) => tests.get(scope),
      put: async (scope: Scope, test: NotedTest) => void tests.set(scope, test),
      remove: async (scope: Scope) => void tests.delete(scope),
    },
    audit,
    publisher,
    log,
    groupsClaim: "cognito:groups",
    now: () => new Date("2026-11-20T12:00:00.000Z"),
  };
  const settingsAt = async (scope: Scope) => {
    const found = await config.settings.get(scope);
    return found && { settings: found.value, secrets: found.secrets };
  };
  const handlers: Readonly<Record<ApiFunction, (event: ApiEvent, context: typeof CONTEXT) => Promise<unknown>>> = {
    admin: createAdminHandler({
      ...common,
      config,
      templateContents: createMemoryTemplateContents(),
      templates: templateEngine,
      ...onFirstUse(["renderBuiltIn"], () => import("../../shared/templates/built-in.ts")),
      events: {
        read: async (tenant: Tenant, id: string) =>
          received.find((event) => tenantOf(event.scope) === tenant && event.id === id),
      },
      routing: createMemoryRoutingConfig(config),
      outcomes,
      outbox,
      tenantBus,
      newId,
      history,
      deliveries: history,
      oauthStates: { get: async (scope) => oauthStates.get(scope) },
      redirectUri: REDIRECT_URI,
    }),
    credentials: createCredentialsHandler({ ...common, ...config, secrets }),
    connect: createConnectHandler({
      ...common,
      scopes: config.scopes,
      config: createMemorySendingConfig(config),
      secrets: { read: async () => undefined },
      accessTokens: NOT_CONNECTED,
      providers,
      render: renderTestMail,
      sendDeadlineSeconds: 5,
      newId: () => "1",
    }),
    oauth: createOAuthHandler({
      ...common,
      config: {
        exists: async (scope) => scope === SYSTEM || (await config.scopes.get(scope)) !== undefined,
        settings: settingsAt,
      },
      states: createMemoryMailboxes(oauthStates),
      consents: createMemoryConsents(),
      secrets: createMemoryOAuthSecrets(),
      issuers: SILENT_ISSUERS,
      outbox: createRecordingOutbox(),
      audit: createAuditTrail(common),
      redirectUri: REDIRECT_URI,
      sleep: async () => {},
    }),
    feedback: createFeedbackHandler({
      ...common,
      settingsAt,
      deliveries: heard,
      suppressions: config.suppressions,
      announcer,
      linkKeys,
      metrics,
    }),
  };

  const send = async (operation: Operation, event: ApiEvent): Promise<Answered> => {
    const route = ROUTES.find((one) => one.operation === operation);
    const response = (await handlers[route?.function ?? "admin"](event, CONTEXT)) as ApiResponse;
    const text = response.body;
    const isJson = response.headers["content-type"]?.includes("json") ?? false;
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : undefined,
      text,
    };
  };

  return {
    config,
    secrets,
    log,
    metrics,
    outbox,
    tenantBus,
    heard,
    announced: announcer.announced,
    send,
    call: (operation: Operation, parts: RequestParts = {}) => send(operation, requestFor(operation, parts)),
  };
};

/** What Lambda tells a handler besides the event. */
export const CONTEXT = {
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
