import { describe, expect, test } from "vitest";
import type { Template } from "../../../local/template/assembly.ts";
import { readModel } from "../../../local/template/model.ts";
import type { Place } from "../../../local/template/place.ts";
import { resolveResources } from "../../../local/template/resources.ts";
import { readRules } from "../../../local/template/rules.ts";

const place: Place = { region: "us-east-1", accountId: "000000000000", sqsUrl: "http://sqs", apiUrl: "http://api" };

const assemblyOf = (resources: Template["Resources"], others: Partial<Template> = {}) => ({
  stackName: "Tidings",
  template: { Resources: resources, ...others },
  assetFolders: new Map<string, string>(),
});

describe("resolveResources", () => {
  test("gives resources the names and addresses that others refer to", () => {
    const assembly = assemblyOf(
      {
        Events: { Type: "AWS::SQS::Queue" },
        Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "tidings" } },
        Key: { Type: "AWS::SecretsManager::Secret" },
      },
      {
        Outputs: {
          url: { Value: { Ref: "Events" } },
          arn: { Value: { "Fn::GetAtt": ["Events", "Arn"] } },
          bus: { Value: { Ref: "Bus" } },
          key: { Value: { Ref: "Key" } },
        },
      },
    );

    const outputs = resolveResources(assembly, place).outputs();

    expect(outputs).toEqual({
      url: "http://sqs/000000000000/Tidings-Events",
      arn: "arn:aws:sqs:us-east-1:000000000000:Tidings-Events",
      bus: "tidings",
      key: "arn:aws:secretsmanager:us-east-1:000000000000:secret:Tidings-Key",
    });
  });

  test("leaves out resources whose condition does not hold", () => {
    const assembly = assemblyOf(
      { Here: { Type: "AWS::SQS::Queue" }, NotHere: { Type: "AWS::SQS::Queue", Condition: "InChina" } },
      { Conditions: { InChina: { "Fn::Equals": [{ Ref: "AWS::Region" }, "cn-north-1"] } } },
    );

    const queues = resolveResources(assembly, place).ofType("AWS::SQS::Queue");

    expect(queues.map(({ logicalId }) => logicalId)).toEqual(["Here"]);
  });

  test("refuses a resource type that it neither runs nor knowingly leaves out", () => {
    const assembly = assemblyOf({ Machine: { Type: "AWS::EC2::Instance" }, Role: { Type: "AWS::IAM::Role" } });

    expect(() => resolveResources(assembly, place)).toThrow("Machine (AWS::EC2::Instance)");
  });
});

describe("readModel", () => {
  test("names the resource and the property that it cannot read", () => {
    const assembly = assemblyOf({ Config: { Type: "AWS::DynamoDB::Table", Properties: { KeySchema: [] } } });

    expect(() => readModel(assembly, place)).toThrow(/cannot run Config: AttributeDefinitions/);
  });

  test.each([
    { title: "a value of its own", properties: { SecretString: "s3cret" } },
    { title: "characters it does not make", properties: { GenerateSecretString: { PasswordLength: 20 } } },
    {
      title: "a template for its value",
      properties: { GenerateSecretString: { ExcludePunctuation: true, GenerateStringKey: "password" } },
    },
  ])("refuses a secret with $title", ({ properties }) => {
    const assembly = assemblyOf({ Key: { Type: "AWS::SecretsManager::Secret", Properties: properties } });

    expect(() => readModel(assembly, place)).toThrow(/cannot run Key: GenerateSecretString/);
  });
});

describe("readRules", () => {
  const rulesOf = (properties: Record<string, unknown>) =>
    readRules(resolveResources(assemblyOf({ Rule: { Type: "AWS::Events::Rule", Properties: properties } }), place));

  test.each([
    { expression: "rate(1 minute)", everyMs: 60_000 },
    { expression: "rate(5 minutes)", everyMs: 300_000 },
    { expression: "rate(2 hours)", everyMs: 7_200_000 },
  ])("understands $expression", ({ expression, everyMs }) => {
    expect(rulesOf({ ScheduleExpression: expression }).scheduleRules).toMatchObject([{ everyMs }]);
  });

  test("refuses a cron expression", () => {
    expect(() => rulesOf({ ScheduleExpression: "cron(0 12 * * ? *)" })).toThrow("cron(0 12 * * ? *)");
  });

  test("leaves out a disabled rule", () => {
    expect(rulesOf({ ScheduleExpression: "rate(1 minute)", State: "DISABLED" }).scheduleRules).toEqual([]);
  });
});
