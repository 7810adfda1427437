import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import { ROUTES, routeKeyOf } from "../../shared/contracts/routes.ts";
import { functionNamed, synth } from "./synth.ts";

const ISSUER = "https://idp.example/realm";

let template: Template;
beforeAll(() => {
  template = synth({ "auth.issuer": ISSUER, "auth.audience": "console,cli" });
});

const routesIn = (
  from: Template,
): ReadonlyMap<string, { AuthorizationType: string; AuthorizerId?: unknown; Target: unknown }> =>
  new Map(
    Object.values(from.findResources("AWS::ApiGatewayV2::Route")).map(({ Properties }) => [
      Properties.RouteKey,
      Properties,
    ]),
  );

describe("routes", () => {
  test("are those of the route table and no others", () => {
    expect([...routesIn(template).keys()].sort()).toEqual(ROUTES.map(routeKeyOf).sort());
  });

  test.each(ROUTES)("$operation is $access and goes to $function", (route) => {
    const made = routesIn(template).get(routeKeyOf(route));

    expect(made?.AuthorizationType).toBe(route.access === "public" ? "NONE" : "JWT");
    expect(made?.AuthorizerId === undefined).toBe(route.access === "public");
    const integrations = template.findResources("AWS::ApiGatewayV2::Integration", {
      Properties: {
        PayloadFormatVersion: "2.0",
        IntegrationUri: { "Fn::GetAtt": [functionNamed(template, route.function).logicalId, "Arn"] },
      },
    });
    expect(JSON.stringify(made?.Target)).toContain(Object.keys(integrations)[0]);
  });
});

describe("tokens", () => {
  test("come from the issuer that is named, for its audiences, and no user pool is made", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: ISSUER, Audience: ["console", "cli"] },
    });
    template.resourceCountIs("AWS::Cognito::UserPool", 0);
  });

  test("come from a user pool that nobody can sign up to when no issuer is named", () => {
    const own = synth();

    own.hasResourceProperties("AWS::Cognito::UserPool", {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: { PasswordPolicy: Match.objectLike({ MinimumLength: 12, RequireSymbols: true }) },
    });
    own.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      JwtConfiguration: {
        Issuer: { "Fn::GetAtt": [Object.keys(own.findResources("AWS::Cognito::UserPool"))[0], "ProviderURL"] },
        Audience: [{ Ref: Object.keys(own.findResources("AWS::Cognito::UserPoolClient"))[0] }],
      },
    });
  });
});

describe("the stage", () => {
  test("is throttled and logs each request without what its caller sent", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "$default",
      DefaultRouteSettings: { ThrottlingBurstLimit: 200, ThrottlingRateLimit: 100 },
      AccessLogSettings: Match.objectLike({ Format: Match.stringLikeRegexp("context.requestId") }),
    });
    expect(JSON.stringify(template.findResources("AWS::ApiGatewayV2::Stage"))).not.toMatch(
      /context\.(path|authorizer\.claims)/,
    );
  });
});

describe("CORS", () => {
  test("is off unless origins are named", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", { CorsConfiguration: Match.absent() });
  });

  test("lets the named origins send tokens and conditional updates, and read the version", () => {
    const open = synth({ "api.corsOrigins": "https://console.example" });

    open.hasResourceProperties("AWS::ApiGatewayV2::Api", {
      CorsConfiguration: {
        AllowOrigins: ["https://console.example"],
        AllowMethods: ["GET", "PUT", "POST", "DELETE"],
        AllowHeaders: ["authorization", "content-type", "if-match"],
        ExposeHeaders: ["etag"],
        MaxAge: 3600,
      },
    });
  });
});
