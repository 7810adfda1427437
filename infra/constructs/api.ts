import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Duration, Stack, Validations } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { type ApiFunction, ROUTES, type Route } from "../../shared/contracts/routes.ts";
import type { FunctionPlatform } from "./function.ts";
import type { TokenIssuer } from "./identity.ts";

/** What {@link Api} needs to know. */
export interface ApiProps {
  readonly platform: FunctionPlatform;
  readonly tokens: TokenIssuer;
  /** Origins whose pages may call the API; none: no browser may. */
  readonly corsOrigins: readonly string[];
}

/** Who answers the routes. */
export type ApiHandlers = Readonly<Record<ApiFunction, IFunction>>;

/** Requests each second, and above that for a moment, before callers get 429: room for people and scripts. */
const THROTTLE = { rateLimit: 100, burstLimit: 200 };

/** One line for each request, without path, query, headers and claims: they can hold addresses and tokens. */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    requestId: "$context.requestId",
    time: "$context.requestTime",
    sourceIp: "$context.identity.sourceIp",
    routeKey: "$context.routeKey",
    status: "$context.status",
    latencyMs: "$context.responseLatency",
    authorizerError: "$context.authorizer.error",
    integrationError: "$context.integrationErrorMessage",
  }),
);

/**
 * The HTTP API: exactly the routes of the route table, behind a JWT authorizer unless the table says public. It is made
 * before the functions, so that they can know where it is; {@link Api.serve} then gives it its routes.
 */
export class Api extends Construct {
  /** Where the API is, without a slash at the end. */
  readonly url: string;
  readonly #api: HttpApi;
  readonly #tokens: TokenIssuer;

  constructor(scope: Construct, id: string, { platform, tokens, corsOrigins }: ApiProps) {
    super(scope, id);
    this.#api = new HttpApi(this, "Api", {
      apiName: Stack.of(this).stackName,
      description: "Tidings: administration",
      createDefaultStage: false,
      ...(corsOrigins.length === 0 ? {} : { corsPreflight: corsFor(corsOrigins) }),
    });
    this.#tokens = tokens;
    this.#addStage(this.#api, platform);
    this.url = this.#api.apiEndpoint;
  }

  /** Adds the routes, answered by these functions. */
  serve(handlers: ApiHandlers): void {
    const { issuer, audience } = this.#tokens;
    const tokenHolders = new HttpJwtAuthorizer("Tokens", issuer, { jwtAudience: [...audience] });
    const everyone = new HttpNoneAuthorizer();
    // One permission for the whole API: the policy of a function has too little room for one for each route.
    const integrations = {
      admin: new HttpLambdaIntegration("Admin", handlers.admin, { scopePermissionToRoute: false }),
      credentials: new HttpLambdaIntegration("Credentials", handlers.credentials, { scopePermissionToRoute: false }),
      oauth: new HttpLambdaIntegration("OAuth", handlers.oauth, { scopePermissionToRoute: false }),
      connect: new HttpLambdaIntegration("Connect", handlers.connect, { scopePermissionToRoute: false }),
      feedback: new HttpLambdaIntegration("Feedback", handlers.feedback, { scopePermissionToRoute: false }),
    };
    for (const route of ROUTES) {
      const authorizer: IHttpRouteAuthorizer = route.access === "public" ? everyone : tokenHolders;
      const made = this.#api.addRoutes({
        path: route.path,
        methods: [HttpMethod[route.method]],
        integration: integrations[route.function],
        authorizer,
      });
      if (route.access === "public") acknowledgePublic(made, route);
    }
  }

  #addStage(httpApi: HttpApi, { logRetention, removalPolicy }: FunctionPlatform): void {
    const logGroup = new LogGroup(this, "AccessLogs", { retention: logRetention, removalPolicy });
    new HttpStage(this, "Stage", {
      httpApi,
      stageName: "$default",
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: ACCESS_LOG },
    });
  }
}

const corsFor = (origins: readonly string[]): CorsPreflightOptions => ({
  allowOrigins: [...origins],
  allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.PUT, CorsHttpMethod.POST, CorsHttpMethod.DELETE],
  allowHeaders: ["authorization", "content-type", "if-match"],
  exposeHeaders: ["etag"],
  maxAge: Duration.hours(1),
});

const acknowledgePublic = (routes: readonly HttpRoute[], { operation }: Pick<Route, "operation">): void => {
  for (const route of routes) {
    Validations.of(route).acknowledge({
      id: "AwsSolutions-APIG4",
      reason: `The route table makes ${operation} public: nothing about a tenant is told without a proof of another kind.`,
    });
  }
};
