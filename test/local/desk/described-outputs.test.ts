import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type LocalServer, listen, readBody } from "../../../local/http-server.ts";
import { describeOutputs } from "../../../local/smoke/outputs.ts";
import { OUTPUTS } from "../../../shared/contracts/outputs.ts";

const MEMBERS = OUTPUTS.map(
  (name) => `<member><OutputKey>${name}</OutputKey><OutputValue>the ${name}</OutputValue></member>`,
);

/** Answers as CloudFormation's query protocol does. */
const answerFor = (form: URLSearchParams): { status: number; body: string } =>
  form.get("Action") === "DescribeStacks" && form.get("StackName") === "Tidings"
    ? {
        status: 200,
        body: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><Outputs>${MEMBERS.join("")}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
      }
    : {
        status: 400,
        body: "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id Other does not exist</Message></Error></ErrorResponse>",
      };

let cloudFormation: LocalServer;

beforeAll(async () => {
  cloudFormation = await listen();
  cloudFormation.serve(async (request, response) => {
    const { status, body } = answerFor(new URLSearchParams((await readBody(request, 10_000)).toString()));
    response.writeHead(status, { "content-type": "text/xml" }).end(body);
  });
  vi.stubEnv("AWS_ENDPOINT_URL", cloudFormation.url);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloudFormation.stop();
});

describe("the outputs of a stack named to CloudFormation", () => {
  test("are those that the stack has", async () => {
    const outputs = await describeOutputs("Tidings");

    expect(outputs).toEqual(Object.fromEntries(OUTPUTS.map((name) => [name, `the ${name}`])));
  });

  test("are refused in CloudFormation's words when there is no such stack", async () => {
    await expect(describeOutputs("Other")).rejects.toThrow("Stack with id Other does not exist");
  });
});
