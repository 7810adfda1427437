import * as z from "zod/mini";
import { readProperties } from "./read-properties.ts";
import type { Resource, Resources } from "./resources.ts";

/** How a route finds out who is calling: a signed token in a header. */
export interface JwtAuthorizer {
  /** Lower-case name of the header that holds the token. */
  readonly header: string;
  readonly issuer: string;
  readonly audience: readonly string[];
}

/** One route of the HTTP API. */
export interface ApiRoute {
  /** As in `requestContext.routeKey`: `GET /v1/scopes/{scope}`. */
  readonly routeKey: string;
  readonly method: string;
  /** The path's segments; `{name}` stands for any one segment. */
  readonly segments: readonly string[];
  /** ARN of the function that answers. */
  readonly functionArn: string;
  /** Undefined for a public route. */
  readonly authorizer: JwtAuthorizer | undefined;
}

const corsProperties = z.object({
  AllowCredentials: z.optional(z.boolean()),
  AllowHeaders: z.optional(z.array(z.string())),
  AllowMethods: z.optional(z.array(z.string())),
  AllowOrigins: z.optional(z.array(z.string())),
  ExposeHeaders: z.optional(z.array(z.string())),
  MaxAge: z.optional(z.coerce.number()),
});

/** API Gateway's CORS settings, as in the template. */
export type CorsConfiguration = z.infer<typeof corsProperties>;

/** The HTTP API. */
export interface Api {
  readonly id: string;
  readonly cors: CorsConfiguration | undefined;
  readonly routes: readonly ApiRoute[];
}

const apiProperties = z.object({ ProtocolType: z.literal("HTTP"), CorsConfiguration: z.optional(corsProperties) });
const routeProperties = z.object({
  RouteKey: z.string().check(z.regex(/^[A-Z]+ \/[^+]*$/, "only routes of one method and path run here")),
  Target: z.string(),
  AuthorizationType: z._default(z.enum(["NONE", "JWT"]), "NONE"),
  AuthorizerId: z.optional(z.string()),
});
const integrationProperties = z.object({
  IntegrationType: z.literal("AWS_PROXY"),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal("2.0"),
});
const authorizerProperties = z.object({
  AuthorizerType: z.literal("JWT"),
  IdentitySource: z.array(z.string().check(z.startsWith("$request.header."))).check(z.length(1)),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()) }),
});

/**
 * The template's HTTP API.
 * @throws Error when there is not exactly one.
 */
export const readApi = (resources: Resources): Api => {
  const [api, ...others] = resources.ofType("AWS::ApiGatewayV2::Api");
  if (api === undefined || others.length > 0) throw new Error("the local stack runs exactly one HTTP API");
  const functionArns = byRef(resources.ofType("AWS::ApiGatewayV2::Integration"), (integration) =>
    functionArnIn(readProperties(integrationProperties, integration).IntegrationUri),
  );
  const authorizers = byRef(resources.ofType("AWS::ApiGatewayV2::Authorizer"), toAuthorizer);
  return {
    id: api.ref,
    cors: readProperties(apiProperties, api).CorsConfiguration,
    routes: resources.ofType("AWS::ApiGatewayV2::Route").map((route) => toRoute(route, functionArns, authorizers)),
  };
};

const byRef = <T>(resources: readonly Resource[], read: (resource: Resource) => T): ReadonlyMap<string, T> =>
  new Map(resources.map((resource) => [resource.ref, read(resource)]));

/** Integrations name a function by its ARN, or by the address at which API Gateway calls it. */
const functionArnIn = (uri: string): string => /functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;

const toAuthorizer = (resource: Resource): JwtAuthorizer => {
  const { IdentitySource, JwtConfiguration } = readProperties(authorizerProperties, resource);
  return {
    header: (IdentitySource[0] ?? "").slice("$request.header.".length).toLowerCase(),
    issuer: JwtConfiguration.Issuer,
    audience: JwtConfiguration.Audience,
  };
};

const toRoute = (
  resource: Resource,
  functionArns: ReadonlyMap<string, string>,
  authorizers: ReadonlyMap<string, JwtAuthorizer>,
): ApiRoute => {
  const { RouteKey, Target, AuthorizationType, AuthorizerId = "" } = readProperties(routeProperties, resource);
  const [method = "", path = ""] = RouteKey.split(" ");
  const functionArn = functionArns.get(Target.replace(/^integrations\//, ""));
  if (functionArn === undefined) throw new Error(`route ${RouteKey} has no integration`);
  const authorizer = authorizers.get(AuthorizerId);
  if (AuthorizationType === "JWT" && authorizer === undefined) throw new Error(`route ${RouteKey} has no authorizer`);
  const segments = path.split("/").slice(1);
  return { routeKey: RouteKey, method, segments, functionArn, authorizer };
};
