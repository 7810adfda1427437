import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalServer, listen, readBody, sendJson } from "../../../local/http-server.ts";
import { runTool } from "./running-command.ts";
import { describeStack, stateFolderOf, temporaryFolder } from "./stack-descriptions.ts";

let bus: LocalServer;
let state: string;
let published: unknown[];
let nextEntry: object;

beforeAll(async () => {
  bus = await listen();
  bus.serve(async (request, response) => {
    published.push(JSON.parse((await readBody(request, 1_000_000)).toString()));
    sendJson(response, 200, { FailedEntryCount: "ErrorCode" in nextEntry ? 1 : 0, Entries: [nextEntry] });
  });
  const stack = describeStack();
  state = await stateFolderOf({ ...stack, endpoints: { ...stack.endpoints, events: bus.url } });
});
afterAll(() => bus.stop());
beforeEach(() => {
  published = [];
  nextEntry = { EventId: "11111111-2222-3333-4444-555555555555" };
});

const publish = (args: string[], input?: string) =>
  runTool("local/publish-event.ts", ["--state", state, ...args], input);

const fileHolding = async (content: string): Promise<string> => {
  const file = join(await temporaryFolder(), "event.json");
  await writeFile(file, content);
  return file;
};

describe("the publish-event command", () => {
  test("publishes the file as the detail of a pipeline event and prints the event's id", async () => {
    const file = await fileHolding('{ "scope": "acme" }');

    const result = await publish(["--source", "acme.ci", "--file", file]);

    expect(result).toEqual({ exitCode: 0, stdout: "11111111-2222-3333-4444-555555555555\n", stderr: "" });
    expect(published).toEqual([
      {
        Entries: [
          { EventBusName: "tidings", Source: "acme.ci", DetailType: "Pipeline Event", Detail: '{ "scope": "acme" }' },
        ],
      },
    ]);
  });

  test("reads the detail from stdin, with a detail type of its own", async () => {
    const result = await publish(["--source", "acme", "--file", "-", "--detail-type", "Other"], '{"scope":"acme"}');

    expect(result.exitCode).toBe(0);
    expect(published).toMatchObject([{ Entries: [{ DetailType: "Other", Detail: '{"scope":"acme"}' }] }]);
  });

  test("fails with the entry's error when the bus refuses the event", async () => {
    nextEntry = { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };

    const result = await publish(["--source", "acme", "--file", "-"], "{}");

    expect(result).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "The bus refused the event: MalformedDetail: Detail is malformed.\n",
    });
  });

  test.each([
    { title: "is missing", content: undefined, problem: /^Cannot read --file .*nothing\.json\.\n$/ },
    { title: "is not JSON", content: "{ scope }", problem: /^--file .* is not JSON: .*\n$/ },
    { title: "holds no object", content: "[]", problem: /^--file .* must hold a JSON object, the event's detail\.\n$/ },
  ])("publishes nothing when the file $title", async ({ content, problem }) => {
    const file = content === undefined ? "/nowhere/nothing.json" : await fileHolding(content);

    const result = await publish(["--source", "acme", "--file", file]);

    expect(result).toEqual({ exitCode: 1, stdout: "", stderr: expect.stringMatching(problem) });
    expect(published).toEqual([]);
  });

  test.each([
    { args: ["--file", "x.json"], problem: "--source is missing." },
    { args: ["--source", "acme"], problem: "--file is missing." },
  ])("shows its usage when $problem", async ({ args, problem }) => {
    const result = await publish(args);

    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(problem);
    expect(result.stderr).toContain("npm run publish-event -- --source SOURCE --file FILE");
  });
});
