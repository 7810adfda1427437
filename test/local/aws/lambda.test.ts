import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lambdaListener } from "../../../local/aws/lambda.ts";
import { type LocalServer, listen } from "../../../local/http-server.ts";

const ARN = "arn:aws:lambda:us-east-1:000000000000:function:Tidings-Connect";
const seen: unknown[] = [];
let server: LocalServer;

beforeAll(async () => {
  server = await listen();
  const fn = { label: "connect", name: "Tidings-Connect", arn: ARN, codeFolder: "", handler: "index.handler" };
  server.serve(
    lambdaListener([
      {
        fn: { ...fn, timeoutSeconds: 3, memoryMb: 256, environment: {}, reservedConcurrency: undefined },
        invoke: async (event) => {
          seen.push(event);
          return typeof event === "object" && event !== null && "fail" in event
            ? { ok: false, error: { errorType: "Error", errorMessage: "no" } }
            : { ok: true, payload: JSON.stringify({ got: event }) };
        },
      },
    ]),
  );
});

afterAll(() => server.stop());

const invoke = (id: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/2015-03-31/functions/${encodeURIComponent(id)}/invocations`, { method: "POST", headers, body });

describe("the local Lambda", () => {
  test.each([{ id: "Tidings-Connect" }, { id: ARN }, { id: "000000000000:function:Tidings-Connect" }])(
    "invokes a function by $id",
    async ({ id }) => {
      const response = await invoke(id, '{"n":1}');

      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ got: { n: 1 } });
      expect(response.headers.get("x-amz-function-error")).toBeNull();
    },
  );

  test("marks the answer of a function that failed", async () => {
    const response = await invoke("Tidings-Connect", '{"fail":true}');

    expect(response.status).toBe(200);
    expect(response.headers.get("x-amz-function-error")).toBe("Unhandled");
    expect(await response.json()).toMatchObject({ errorType: "Error", errorMessage: "no" });
  });

  test("does not make the caller of an Event invocation wait, and calls nothing for a DryRun", async () => {
    seen.length = 0;

    const event = await invoke("Tidings-Connect", '{"n":2}', { "x-amz-invocation-type": "Event" });
    const dryRun = await invoke("Tidings-Connect", '{"n":3}', { "x-amz-invocation-type": "DryRun" });

    expect([event.status, dryRun.status]).toEqual([202, 204]);
    expect(seen).toEqual([{ n: 2 }]);
  });

  test.each([
    { title: "an unknown function", id: "other", body: "{}", status: 404, type: "ResourceNotFoundException" },
    {
      title: "a payload that is no JSON",
      id: "Tidings-Connect",
      body: "{",
      status: 400,
      type: "InvalidRequestContentException",
    },
  ])("refuses $title", async ({ id, body, status, type }) => {
    const response = await invoke(id, body);

    expect(response.status).toBe(status);
    expect(response.headers.get("x-amzn-errortype")).toBe(type);
  });

  test("describes its functions", async () => {
    const list = await (await fetch(`${server.url}/2015-03-31/functions/`)).json();
    const one = await (await fetch(`${server.url}/2015-03-31/functions/Tidings-Connect`)).json();

    expect(list).toMatchObject({ Functions: [{ FunctionName: "Tidings-Connect", FunctionArn: ARN }] });
    expect(one).toMatchObject({ Configuration: { Timeout: 3 } });
  });
});
