import * as z from "zod/mini";
import { ID_FORM } from "../contracts/bodies/fields.ts";
import { REQUEST_BODIES } from "../contracts/bodies.ts";
import { type Operation, ROUTES, type Route } from "../contracts/routes.ts";
import type { AppErrorCode } from "../domain/app-error.ts";
import { SCOPE_SEGMENT } from "../domain/scope.ts";
import { FILTER_PARAMETERS } from "./filter-parameters.ts";
import { PAGE_LIMIT } from "./listing.ts";
import { STATUS_OF } from "./problem.ts";

type Json = Readonly<Record<string, unknown>>;

/** This API as an OpenAPI 3.1 document, made from the route table and from the very schemas that check requests. */
export const openApiDocument = (): Json => {
  document ??= buildDocument();
  return document;
};

let document: Json | undefined;

const buildDocument = (): Json => ({
  openapi: "3.1.0",
  info: { title: "Tidings", version: "1", description: "Administration of multi-tenant e-mail notifications." },
  paths: ROUTES.reduce<Record<string, Json>>((paths, route) => {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeOperation(route) };
    return paths;
  }, {}),
  components: {
    securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    schemas: { Problem: PROBLEM },
    responses: {
      Problem: content("What is wrong, and where.", "#/components/schemas/Problem", "application/problem+json"),
    },
  },
});

/** A row of the route table. */
type Described = Route & { readonly operation: Operation };

const describeOperation = (route: Described): Json => {
  const body = REQUEST_BODIES[route.operation];
  return {
    operationId: route.operation,
    summary: route.summary,
    description: describeAccess(route),
    security: route.access === "public" ? [] : [{ token: [] }],
    parameters: parametersOf(route),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: toSchema(body) } } } }),
    responses: responsesOf(route),
  };
};

const describeAccess = ({ access, operation }: Described): string => {
  if (operation === "takeSendGridEvents") return SIGNED;
  if (access === "public") return "Needs no token.";
  return access === "anyone" ? "Needs a valid token." : `Needs the role ${access} at the scope or above.`;
};

const SIGNED =
  "Needs no token but SendGrid's signature, which is checked with the eventWebhookKey of the scope's mail settings.";

/** What a request may contain: defaults, choices and limits included. */
const toSchema = (schema: z.ZodMiniType): Json => {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io: "input", override: keepDefault });
  return described;
};

/** Zod leaves out the default of a value that is rewritten when it is read; ours can all be sent as they are. */
const keepDefault: NonNullable<z.core.ToJSONSchemaParams["override"]> = ({ zodSchema, jsonSchema }) => {
  const { def } = zodSchema._zod;
  if (def.type === "default") jsonSchema.default = JSON.parse(JSON.stringify(def.defaultValue));
};

const text = (name: string, where: "path" | "query" | "header", schema: Json, description: string): Json => ({
  name,
  in: where,
  required: where === "path",
  schema: { type: "string", ...schema },
  description,
});

const parametersOf = ({ method, path, operation }: Described): Json[] => {
  const scopeForm = { pattern: `^${SCOPE_SEGMENT}(\\.${SCOPE_SEGMENT}){0,3}$` };
  const isForeignId = ["/events", "/deliveries", "/pipelines"].some((part) => path.includes(part));
  return [
    ...(path.includes("{scope}") ? [text("scope", "path", scopeForm, "A scope such as acme.eng.")] : []),
    ...(path.includes("{id}") ? [text("id", "path", isForeignId ? {} : { pattern: ID_FORM.source }, "The id.")] : []),
    ...(path.includes("{address}") ? [ADDRESS] : []),
    ...(path.includes("{token}") ? [text("token", "path", {}, "As it stands in the link of a mail.")] : []),
    ...(operation === "getMailSettings" || operation === "getBrand" ? [EFFECTIVE] : []),
    ...(operation.startsWith("list") && operation !== "listPresets" ? PAGING : []),
    ...(FILTER_PARAMETERS[operation] ?? []),
    ...(isGuarded(method, operation) ? [IF_MATCH] : []),
  ];
};

const ADDRESS = text("address", "path", { format: "email" }, "An address on the list, URL-encoded.");

/** What has no version. Credentials are guarded by that of their settings. */
const UNGUARDED: ReadonlySet<Operation> = new Set<Operation>(["deleteOAuth", "deleteSuppression"]);

const isGuarded = (method: Route["method"], operation: Operation): boolean =>
  (method === "PUT" || method === "DELETE") && !UNGUARDED.has(operation);

const EFFECTIVE = text(
  "effective",
  "query",
  { enum: ["true", "false"], default: "false" },
  "Answer what is in force, with where it comes from.",
);

const PAGING = [
  {
    name: "limit",
    in: "query",
    schema: { type: "integer", minimum: 1, maximum: PAGE_LIMIT.most, default: PAGE_LIMIT.default },
  },
  text("cursor", "query", {}, "The nextCursor of the page before."),
];

const IF_MATCH = text("if-match", "header", {}, "Change it only if it still has this ETag; * means if it exists.");

/** Operations that answer a person at a browser, and the statuses of pages that say that it did not work. */
const PAGES: Readonly<Partial<Record<Operation, readonly number[]>>> = {
  oauthCallback: [400, 502],
  showUnsubscribe: [404, 503],
  unsubscribe: [404, 503],
};

const page = (description: string): Json => ({ description, content: { "text/html": { schema: { type: "string" } } } });

const responsesOf = (route: Described): Json => {
  const { method, operation } = route;
  const failures = PAGES[operation];
  if (failures !== undefined) {
    return { 200: page("Done."), ...Object.fromEntries(failures.map((status) => [status, page("It did not work.")])) };
  }
  const creates = (method === "PUT" && operation !== "putCredentials") || operation === "addSuppression";
  return {
    ...successOf(route),
    ...(creates ? { 201: answer("Created.") } : {}),
    ...Object.fromEntries(problemStatuses(route).map((status) => [status, { $ref: "#/components/responses/Problem" }])),
  };
};

/** Operations that answer before what they were asked for is done. */
const ACCEPTING: ReadonlySet<Operation> = new Set<Operation>(["publishEvent", "sendMessage", "testRule", "testGroup"]);

const successOf = ({ method, operation }: Described): Json => {
  if (operation === "deleteSuppression") return { 204: { description: "Taken off." } };
  if (method === "DELETE") return { 204: { description: "Deleted, or was not there." } };
  return ACCEPTING.has(operation) ? { 202: answer("On its way.") } : { 200: answer("Done.") };
};

/** What public operations answer that ask for a proof of their own. */
const PUBLIC_PROBLEMS: Readonly<Partial<Record<Operation, readonly AppErrorCode[]>>> = {
  takeSendGridEvents: ["malformed-body", "unauthenticated", "try-again"],
};

const problemStatuses = ({ method, path, access, operation }: Described): number[] => {
  if (access === "public") return (PUBLIC_PROBLEMS[operation] ?? []).map((code) => STATUS_OF[code]);
  const everywhere = ["unauthenticated", "invalid-input"] as const;
  const inScope = path.includes("{scope}") ? (["forbidden", "not-found"] as const) : [];
  const writing = method === "GET" ? [] : (["conflict"] as const);
  const guarded = isGuarded(method, operation) ? (["precondition-failed"] as const) : [];
  const sending = REQUEST_BODIES[operation] === undefined ? [] : (["malformed-body", "payload-too-large"] as const);
  const asking = operation === "authorizeOAuth" ? (["issuer-unavailable"] as const) : [];
  return [...everywhere, ...inScope, ...writing, ...guarded, ...sending, ...asking].map((code) => STATUS_OF[code]);
};

const answer = (description: string): Json => ({
  description,
  headers: { etag: { schema: { type: "string" }, description: "The document's version, where it has one." } },
  content: { "application/json": { schema: { type: "object" } } },
});

const content = (description: string, reference: string, type: string): Json => ({
  description,
  content: { [type]: { schema: { $ref: reference } } },
});

const PROBLEM: Json = {
  type: "object",
  required: ["type", "title", "status", "detail", "code", "errors", "requestId"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", enum: [...Object.keys(STATUS_OF), "internal-error"] },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: { path: { type: "string" }, message: { type: "string" } },
      },
    },
    requestId: { type: "string" },
  },
};
