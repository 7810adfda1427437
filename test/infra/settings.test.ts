import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSettings, SETTINGS, SettingsError } from "../../infra/settings.ts";
import { parseAllowedTargets } from "../../shared/providers/egress.ts";

const problemsOf = (context: Record<string, unknown>): string => {
  try {
    readSettings(context);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return "";
};

describe("settings", () => {
  test("have their documented defaults", () => {
    expect(readSettings({})).toEqual({
      "stack.name": "Tidings",
      "stack.removalPolicy": "retain",
      "egress.allowedTargets": [],
      "intake.awsSources": [],
      "sendgrid.baseUrl": "",
      "sendgrid.feedbackSeconds": 600,
      "oauth.googleIssuer": "",
      "oauth.microsoftIssuer": "",
      "retry.baseSeconds": 30,
      "retry.capSeconds": 21_600,
      "retry.giveUpHours": 48,
      "delivery.functionTimeoutSeconds": 30,
      "delivery.sendDeadlineSeconds": 25,
      "delivery.concurrency": undefined,
      "notify.functionTimeoutSeconds": 10,
      "auth.issuer": "",
      "auth.audience": [],
      "auth.groupsClaim": "cognito:groups",
      "api.corsOrigins": [],
      "retention.days": 90,
      "logs.retentionDays": 30,
    });
  });

  test.each([
    { key: "retry.baseSeconds", given: "0.05", value: 0.05 },
    { key: "retry.baseSeconds", given: 12, value: 12 },
    { key: "retry.giveUpHours", given: "0.001", value: 0.001 },
    { key: "delivery.concurrency", given: "2", value: 2 },
    { key: "logs.retentionDays", given: "7", value: 7 },
    { key: "stack.removalPolicy", given: "destroy", value: "destroy" },
    { key: "sendgrid.baseUrl", given: "http://127.0.0.1:8080/", value: "http://127.0.0.1:8080" },
    { key: "intake.awsSources", given: "codepipeline, states", value: ["codepipeline", "states"] },
    { key: "egress.allowedTargets", given: "127.0.0.1:2525, relay:25,", value: ["127.0.0.1:2525", "relay:25"] },
    {
      key: "egress.allowedTargets",
      given: ["10.0.0.0/8:25", "[fd00::/8]:465"],
      value: ["10.0.0.0/8:25", "[fd00::/8]:465"],
    },
    {
      key: "api.corsOrigins",
      given: "https://a.example,http://localhost:5173",
      value: ["https://a.example", "http://localhost:5173"],
    },
  ])("take $key from $given", ({ key, given, value }) => {
    expect(readSettings({ [key]: given })).toMatchObject({ [key]: value });
  });

  test("pass over the context of other tools", () => {
    const context = { "@aws-cdk/core:checkSecretUsage": true, "availability-zones:account=1": ["a"], owner: "me" };

    expect(readSettings(context)).toEqual(readSettings({}));
  });

  test.each([
    { title: "a word for a number", key: "retry.baseSeconds", given: "soon" },
    { title: "an empty number", key: "retry.baseSeconds", given: "" },
    { title: "a negative number", key: "retry.capSeconds", given: "-1" },
    { title: "zero", key: "retry.giveUpHours", given: "0" },
    { title: "an exponent", key: "retry.baseSeconds", given: "1e3" },
    { title: "a number that is none", key: "retry.baseSeconds", given: Number.NaN },
    { title: "null", key: "retry.baseSeconds", given: null },
    { title: "a timeout beyond Lambda's limit", key: "delivery.functionTimeoutSeconds", given: "901" },
    { title: "a concurrency below SQS's minimum", key: "delivery.concurrency", given: "1" },
    { title: "a fraction of an environment", key: "delivery.concurrency", given: "2.5" },
    { title: "a retention CloudWatch does not offer", key: "logs.retentionDays", given: "31" },
    { title: "an unknown policy", key: "stack.removalPolicy", given: "keep" },
    { title: "a stack name with a slash", key: "stack.name", given: "a/b" },
    { title: "an AWS service that is not understood", key: "intake.awsSources", given: "codepipeline,s3" },
    { title: "a target without a port", key: "egress.allowedTargets", given: "127.0.0.1" },
    { title: "a target in a network that cannot be", key: "egress.allowedTargets", given: "10.0.0.0/33:25" },
    { title: "a target with a port out of range", key: "egress.allowedTargets", given: "a:25,b:65536" },
    { title: "a target that is not a text", key: "egress.allowedTargets", given: [25] },
    { title: "a URL of another protocol", key: "sendgrid.baseUrl", given: "ftp://a.example" },
    { title: "an issuer in clear text", key: "auth.issuer", given: "http://idp.example" },
    { title: "an origin with a path", key: "api.corsOrigins", given: "https://a.example/app" },
    { title: "any origin", key: "api.corsOrigins", given: "*" },
  ])("refuse $title, naming key, value and what would be right", ({ key, given }) => {
    const problems = problemsOf({ [key]: given });

    expect(problems).toContain(`"${key}" is ${JSON.stringify(given)}; it must be `);
  });

  test.each([
    { key: "retry.baseSecond", nearest: "retry.baseSeconds" },
    { key: "delivery.timeout", nearest: "delivery.concurrency" },
    { key: "Stack.Name", nearest: "stack.name" },
    { key: "retri.baseSeconds", nearest: "retry.baseSeconds" },
  ])("refuse the unknown key $key, naming the nearest", ({ key, nearest }) => {
    expect(problemsOf({ [key]: "1" })).toContain(`"${key}" is not a setting; the nearest is "${nearest}"`);
  });

  test("report all problems at once, one a line", () => {
    const problems = problemsOf({ "retry.baseSeconds": "soon", "retry.foo": 1, "stack.name": "" });

    expect(problems.split("\n")).toHaveLength(4);
  });

  test.each(["https://user:canary@a.example", "https://user:can/canary@a.example", "ftp://canary:@@a.example"])(
    "never show the credentials in %s",
    (url) => {
      const problems = problemsOf({ "sendgrid.baseUrl": url });

      expect(problems).toContain('//***@a.example"');
      expect(problems).not.toContain("canary");
    },
  );

  test("allow exactly the targets that the sender will understand", () => {
    const host = fc.constantFrom(
      "relay",
      "smtp.example.org",
      "10.0.0.1",
      "10.0.0.0/8",
      "10.0.0.0/33",
      "1.2.3",
      "a_b",
      "",
    );
    const bracketed = fc.constantFrom(
      "[fd00::1]",
      "[fd00::/8]",
      "[fd00::/129]",
      "[10.0.0.1]",
      "[relay]",
      "[]",
      "fd00::1",
    );
    const target = fc
      .tuple(fc.oneof(host, bracketed), fc.constantFrom("25", "0", "65535", "65536", "x", ""))
      .map((parts) => parts.join(":"));
    void fc.assert(
      fc.property(target, (entry) => {
        const refusedAtDeployment = problemsOf({ "egress.allowedTargets": [entry] }) !== "";

        if (refusedAtDeployment) expect(() => parseAllowedTargets(entry)).toThrow();
        else expect(parseAllowedTargets(entry)).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  test("end in a SettingsError or in settings, whatever is given", () => {
    const anything = fc.oneof(fc.string(), fc.double(), fc.jsonValue());
    void fc.assert(
      fc.property(fc.constantFrom(...Object.keys(SETTINGS)), anything, (key, given) => {
        const problems = problemsOf({ [key]: given });

        expect(problems === "" || problems.includes(`"${key}"`) || problems.includes('"auth.')).toBe(true);
      }),
    );
  });
});

describe("the send deadline", () => {
  test.each([
    { given: {}, seconds: 25 },
    { given: { "delivery.functionTimeoutSeconds": "6" }, seconds: 5 },
    { given: { "delivery.functionTimeoutSeconds": "900" }, seconds: 25 },
    { given: { "delivery.functionTimeoutSeconds": "60", "delivery.sendDeadlineSeconds": "50" }, seconds: 50 },
  ])("is $seconds s for $given", ({ given, seconds }) => {
    expect(readSettings(given)["delivery.sendDeadlineSeconds"]).toBe(seconds);
  });

  test.each([
    { given: {}, seconds: 10 },
    { given: { "delivery.functionTimeoutSeconds": "1.5" }, seconds: 1.5 },
    { given: { "delivery.functionTimeoutSeconds": "1.5", "notify.functionTimeoutSeconds": "5" }, seconds: 5 },
  ])("gives notify $seconds seconds when given $given", ({ given, seconds }) => {
    expect(readSettings(given)["notify.functionTimeoutSeconds"]).toBe(seconds);
  });

  test("stays below any timeout when only the timeout is given", () => {
    void fc.assert(
      fc.property(fc.double({ min: 0.1, max: 900, noNaN: true }), (timeout) => {
        const settings = readSettings({ "delivery.functionTimeoutSeconds": timeout });

        expect(settings["delivery.sendDeadlineSeconds"]).toBeLessThan(timeout);
      }),
    );
  });
});

describe("contradictions", () => {
  test.each([
    {
      title: "a send deadline that reaches the function's timeout",
      given: { "delivery.functionTimeoutSeconds": 5, "delivery.sendDeadlineSeconds": 5 },
      says: '"delivery.sendDeadlineSeconds" (5) must be less than "delivery.functionTimeoutSeconds" (5)',
    },
    {
      title: "an issuer without an audience",
      given: { "auth.issuer": "https://idp.example" },
      says: '"auth.audience" must be given',
    },
    {
      title: "an audience without an issuer",
      given: { "auth.audience": "console" },
      says: '"auth.issuer" must be given',
    },
    {
      title: "waiting longer than records are kept",
      given: { "retry.giveUpHours": 48, "retention.days": 1 },
      says: '"retry.giveUpHours" (48) must not exceed "retention.days" (1)',
    },
  ])("$title is refused", ({ given, says }) => {
    expect(problemsOf(given)).toContain(says);
  });
});
