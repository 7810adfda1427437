import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { PIPELINE_EVENT } from "../shared/contracts/bus.ts";
import { localClientConfig } from "./aws/client-config.ts";
import { runCommand, UsageError } from "./command.ts";
import { putEvent } from "./put-event.ts";
import { DEFAULT_STATE_DIR, readStackFile } from "./stack-file.ts";

const USAGE = `npm run publish-event -- --source SOURCE --file FILE [options]

Publishes one event to the local stack, or to AWS, and prints its id.
  --source SOURCE     who publishes: the tenant's id, or something below it, such as acme.ci
  --file FILE         JSON of the event's detail (docs/samples has some); - reads it from stdin
  --detail-type TYPE  default "${PIPELINE_EVENT}"
  --state DIR         the local stack's state folder (default ${DEFAULT_STATE_DIR})
  --bus NAME          publish to this bus on AWS instead, with the credentials and region of your environment`;

const readDetail = async (file: string): Promise<string> => {
  const detail = await (file === "-" ? text(process.stdin) : readFile(file, "utf8")).catch((cause: unknown) => {
    throw new Error(`Cannot read --file ${file}.`, { cause });
  });
  const value = parsed(detail, file);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`--file ${file} must hold a JSON object, the event's detail.`);
  }
  return detail;
};

const parsed = (detail: string, file: string): unknown => {
  try {
    return JSON.parse(detail);
  } catch (cause) {
    throw new Error(`--file ${file} is not JSON: ${cause instanceof Error ? cause.message : cause}.`, { cause });
  }
};

/** The bus to publish to: a named one on AWS, or the local stack's. */
const findBus = async (
  name: string | undefined,
  stateDir: string,
): Promise<{ name: string; client: EventBridgeClient }> => {
  if (name !== undefined) return { name, client: new EventBridgeClient() };
  const stack = await readStackFile(stateDir);
  return { name: stack.outputs.busName, client: new EventBridgeClient(localClientConfig(stack.endpoints.events)) };
};

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      source: { type: "string" },
      file: { type: "string" },
      "detail-type": { type: "string", default: PIPELINE_EVENT },
      state: { type: "string", default: DEFAULT_STATE_DIR },
      bus: { type: "string" },
    },
  });
  if (values.source === undefined) throw new UsageError("--source is missing.");
  if (values.file === undefined) throw new UsageError("--file is missing.");
  const detail = await readDetail(values.file);
  const bus = await findBus(values.bus, values.state);
  const event = { busName: bus.name, source: values.source, detailType: values["detail-type"], detail };
  console.log(await putEvent(bus.client, event));
});
