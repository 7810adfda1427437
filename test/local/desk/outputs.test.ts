import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findDeployment } from "../../../local/smoke/deployment.ts";
import { findOutputs } from "../../../local/smoke/outputs.ts";
import { OUTPUTS } from "../../../shared/contracts/outputs.ts";
import { describeStack, temporaryFolder } from "./stack-descriptions.ts";

const OUTPUTS_OF_ONE = Object.fromEntries(OUTPUTS.map((name) => [name, `the ${name}`]));
const { busName: _absent, ...WITHOUT_BUS } = OUTPUTS_OF_ONE;

const fileHolding = async (content: string): Promise<string> => {
  const file = join(await temporaryFolder(), "outputs.json");
  await writeFile(file, content);
  return file;
};

describe("the outputs of a deployed stack", () => {
  test.each([
    { title: "as cdk deploy writes them", value: { Tidings: OUTPUTS_OF_ONE } },
    { title: "without the stack's name around them", value: OUTPUTS_OF_ONE },
    {
      title: "among other stacks and other outputs",
      value: { Tidings: { ...OUTPUTS_OF_ONE, extra: "x" }, Other: { url: "y" } },
    },
  ])("are found $title", ({ value }) => {
    expect(findOutputs(value)).toEqual(OUTPUTS_OF_ONE);
  });

  test.each([
    { title: "one is missing", value: { Tidings: WITHOUT_BUS }, problem: "the outputs busName are missing" },
    { title: "one is empty", value: { ...OUTPUTS_OF_ONE, apiUrl: "" }, problem: "the outputs apiUrl are missing" },
    { title: "there are none", value: { Other: { url: "y" } }, problem: "no stack with the outputs apiUrl, busName," },
    { title: "it is no object", value: [1, "two", null], problem: "no stack with the outputs" },
    {
      title: "two stacks have them",
      value: { A: OUTPUTS_OF_ONE, B: OUTPUTS_OF_ONE },
      problem: "the outputs of several stacks",
    },
  ])("are refused when $title", ({ value, problem }) => {
    expect(() => findOutputs(value)).toThrow(problem);
  });
});

describe("a deployment", () => {
  test("that is a local stack brings its own endpoints and token", async () => {
    const stack = describeStack();

    const deployment = await findDeployment({ outputsFile: await fileHolding(JSON.stringify(stack)) });

    expect(deployment).toMatchObject({
      token: "system-token",
      local: stack,
      outputs: { apiUrl: stack.apiUrl, busName: "tidings" },
    });
    expect(await deployment.sqs.config.endpoint?.()).toMatchObject({ hostname: "127.0.0.1", port: 9 });
  });

  test("on AWS has no token but the one it is given", async () => {
    const outputsFile = await fileHolding(JSON.stringify({ Tidings: OUTPUTS_OF_ONE }));

    expect(await findDeployment({ outputsFile })).toMatchObject({ token: undefined, local: undefined });
    expect(await findDeployment({ outputsFile, token: "given" })).toMatchObject({ token: "given" });
  });

  test("is not found in a file that is missing or no JSON", async () => {
    await expect(findDeployment({ outputsFile: "/nowhere/outputs.json" })).rejects.toThrow(
      "cannot read --outputs /nowhere/outputs.json",
    );
    await expect(findDeployment({ outputsFile: await fileHolding("{") })).rejects.toThrow(/--outputs .* is not JSON/);
  });
});
