import { Template } from "aws-cdk-lib/assertions";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { beforeAll, describe, expect, test } from "vitest";
import { FUNCTIONS } from "../../shared/contracts/functions.ts";
import { allStatements, createStack, functionNamed, functionsOf, synth } from "./synth.ts";

let template: Template;
beforeAll(() => {
  template = synth();
});

/** Every action a function may use, with what its resources are called in the template. */
const grantsOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    functionNamed(template, name).statements.flatMap(({ actions, resources }) =>
      actions.map((action) => [`${action} ${targetOf(resources)}`.replace(`logs of ${name}`, "own logs"), action]),
    ),
  );

const TARGETS = [
  [/StorageDeliveries.*index\/due/, "due index"],
  [/IntakeBus/, "bus"],
  [/OAuthFunction/, "oauth"],
  [/StorageConfig/, "config"],
  [/StorageDeliveries/, "deliveries"],
  [/:secret:tidings\/mail\/.*:secret:tidings\/oauth\/\*/, "mail secrets, OAuth secrets"],
  [/:secret:tidings\/mail\/\*.*\{"Ref":"TidingsUnsubscribeLinksKey\w+"\}/, "mail secrets, link key"],
  [/^\[\{"Ref":"TidingsUnsubscribeLinksKey\w+"\}\]$/, "link key"],
  [/:secret:tidings\/mail\/\*/, "mail secrets"],
  [/:secret:tidings\/oauth\/\*/, "OAuth secrets"],
  [/EventsDeadLetters.*OutboxQueue/, "events DLQ, outbox"],
  [/EventsQueue/, "events"],
  [/OutboxQueue/, "outbox"],
] as const;

const targetOf = (resources: readonly unknown[]): string => {
  const written = JSON.stringify(resources);
  const logs = /Tidings([A-Z][A-Za-z]+?)Logs/.exec(written)?.[1];
  if (logs !== undefined) return `logs of ${logs.toLowerCase()}`;
  return TARGETS.find(([form]) => form.test(written))?.[1] ?? written;
};

const LOGS = ["logs:CreateLogStream own logs", "logs:PutLogEvents own logs"];

const consumes = (queue: string): string[] =>
  ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"].map(
    (action) => `sqs:${action} ${queue}`,
  );

describe("a function may do exactly what its part of the path needs", () => {
  test.each([
    {
      name: "admin",
      grants: [
        "dynamodb:BatchGetItem config",
        "dynamodb:DeleteItem config",
        "dynamodb:GetItem config",
        "dynamodb:PutItem config",
        "dynamodb:Query config",
        "dynamodb:UpdateItem config",
        "dynamodb:GetItem deliveries",
        "dynamodb:Query deliveries",
        "dynamodb:UpdateItem deliveries",
        "sqs:SendMessage outbox",
        "events:PutEvents bus",
      ],
    },
    {
      name: "credentials",
      grants: [
        "dynamodb:DeleteItem config",
        "dynamodb:GetItem config",
        "dynamodb:PutItem config",
        "dynamodb:UpdateItem config",
        "secretsmanager:CreateSecret mail secrets, OAuth secrets",
        "secretsmanager:DeleteSecret mail secrets, OAuth secrets",
        "secretsmanager:PutSecretValue mail secrets, OAuth secrets",
        "events:PutEvents bus",
      ],
    },
    {
      name: "notify",
      grants: [
        "dynamodb:BatchGetItem config",
        "dynamodb:GetItem config",
        "dynamodb:Query config",
        "dynamodb:GetItem deliveries",
        "dynamodb:PutItem deliveries",
        "dynamodb:UpdateItem deliveries",
        "dynamodb:Query deliveries",
        "sqs:SendMessage events DLQ, outbox",
        ...consumes("events"),
      ],
    },
    {
      name: "deliver",
      grants: [
        "dynamodb:BatchGetItem config",
        "dynamodb:GetItem config",
        "dynamodb:Query config",
        "dynamodb:UpdateItem config",
        "dynamodb:BatchGetItem deliveries",
        "dynamodb:GetItem deliveries",
        "dynamodb:PutItem deliveries",
        "dynamodb:UpdateItem deliveries",
        "secretsmanager:GetSecretValue mail secrets, link key",
        "lambda:InvokeFunction oauth",
        "sqs:SendMessage outbox",
        "events:PutEvents bus",
        ...consumes("outbox"),
      ],
    },
    {
      name: "feedback",
      grants: [
        "dynamodb:GetItem config",
        "dynamodb:UpdateItem config",
        "dynamodb:GetItem deliveries",
        "dynamodb:UpdateItem deliveries",
        "secretsmanager:GetSecretValue link key",
        "events:PutEvents bus",
      ],
    },
    {
      name: "connect",
      grants: [
        "dynamodb:BatchGetItem config",
        "dynamodb:GetItem config",
        "dynamodb:Query config",
        "dynamodb:UpdateItem config",
        "secretsmanager:GetSecretValue mail secrets",
        "lambda:InvokeFunction oauth",
      ],
    },
    {
      name: "oauth",
      grants: [
        "dynamodb:DeleteItem config",
        "dynamodb:GetItem config",
        "dynamodb:PutItem config",
        "dynamodb:Query config",
        "dynamodb:UpdateItem config",
        "secretsmanager:GetSecretValue OAuth secrets",
        "secretsmanager:PutSecretValue OAuth secrets",
        "sqs:SendMessage outbox",
        "events:PutEvents bus",
      ],
    },
    {
      name: "release",
      grants: ["dynamodb:Query due index", "dynamodb:UpdateItem deliveries", "sqs:SendMessage outbox"],
    },
  ])("$name", ({ name, grants }) => {
    expect(Object.keys(grantsOf(name)).sort()).toEqual([...grants, ...LOGS].sort());
  });

  test("and there is a function for every name, with a role of its own", () => {
    const roles = new Set(functionsOf(template).map(({ roleId }) => roleId));

    expect(
      functionsOf(template)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...FUNCTIONS].sort());
    expect(roles.size).toBe(FUNCTIONS.length);
    expect(JSON.stringify(template.findResources("AWS::IAM::Role"))).not.toContain("ManagedPolicyArns");
  });
});

/** The statements by which a function may write what is configured. */
const configWritesOf = (name: string) =>
  functionNamed(template, name).statements.filter(
    ({ actions, resources }) =>
      targetOf(resources) === "config" &&
      actions.some((action) => /^dynamodb:(?:Put|Update|Delete|BatchWrite|Partiql)/i.test(action)),
  );

test.each(["deliver", "feedback"])(
  "of all that is configured, %s can write suppression lists and nothing else",
  (name) => {
    expect(configWritesOf(name)).toMatchObject([
      {
        actions: ["dynamodb:UpdateItem"],
        condition: {
          "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["SUPPRESSIONS#*"] },
          Null: { "dynamodb:LeadingKeys": "false" },
        },
      },
    ]);
  },
);

test("of all that is configured, connect can write the result of a test and nothing else", () => {
  expect(configWritesOf("connect")).toMatchObject([
    {
      actions: ["dynamodb:UpdateItem"],
      condition: { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "lastTest"] } },
    },
  ]);
});

test("nothing but the prefix of tenants' secrets is allowed with a wildcard", () => {
  const allowed = allStatements(template).filter(({ effect }) => effect === "Allow");

  const wildcards = allowed.filter((statement) =>
    JSON.stringify([statement.actions, statement.resources]).includes("*"),
  );
  expect(wildcards.map(({ actions, resources }) => `${[...actions].sort()} on ${targetOf(resources)}`).sort()).toEqual([
    "secretsmanager:CreateSecret,secretsmanager:DeleteSecret,secretsmanager:PutSecretValue on mail secrets, OAuth secrets",
    "secretsmanager:GetSecretValue on mail secrets",
    "secretsmanager:GetSecretValue on mail secrets, link key",
    "secretsmanager:GetSecretValue,secretsmanager:PutSecretValue on OAuth secrets",
  ]);
});

test("what functions publish is their own, but for what the API is asked to publish for a tenant", () => {
  const conditionsIn = (name: string) =>
    functionNamed(template, name)
      .statements.filter(({ actions }) => actions.includes("events:PutEvents"))
      .map(({ condition }) => condition);
  const own = { "ForAllValues:StringEquals": { "events:source": "tidings" }, Null: { "events:source": "false" } };
  const forTenants = {
    "ForAllValues:StringLike": { "events:source": "*.api" },
    StringEquals: { "events:detail-type": ["Pipeline Event", "Email Requested"] },
    Null: { "events:source": "false" },
  };

  for (const name of FUNCTIONS) {
    const conditions = conditionsIn(name);
    if (name === "admin") expect(conditions).toEqual([own, forTenants]);
    else for (const condition of conditions) expect(condition).toEqual(own);
  }
  expect(FUNCTIONS.flatMap(conditionsIn).length).toBeGreaterThan(2);
});

describe("publishing", () => {
  const grantedTo = (tenant: string): unknown => {
    const { stack } = createStack();
    const publisher = new Role(stack, "Publisher", { assumedBy: new ServicePrincipal("ec2.amazonaws.com") });
    stack.tidings.grantPublish(publisher, tenant);
    const policies = Template.fromStack(stack).findResources("AWS::IAM::Policy");
    return Object.entries(policies).find(([id]) => id.startsWith("Publisher"))?.[1].Properties.PolicyDocument.Statement;
  };

  test("is granted for the sources of one tenant only", () => {
    expect(grantedTo("acme")).toEqual([
      {
        Effect: "Allow",
        Action: "events:PutEvents",
        Resource: { "Fn::GetAtt": [expect.stringContaining("Bus"), "Arn"] },
        Condition: {
          StringEquals: { "events:detail-type": ["Pipeline Event", "Email Requested"] },
          "ForAllValues:StringLike": { "events:source": ["acme", "acme.*"] },
          Null: { "events:source": "false" },
        },
      },
    ]);
  });

  test.each(["", "*", "acme*", "acme.eng", "system", "aws", "tidings", "Acme", "acm?"])(
    "is not granted to '%s'",
    (id) => {
      expect(() => grantedTo(id)).toThrow("must be the id of a tenant");
    },
  );
});
