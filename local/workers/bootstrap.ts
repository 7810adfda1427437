/**
 * What runs in a worker process: loads a function's bundle and answers invocations that arrive over IPC, one at a time.
 * Arguments: the bundle's file, and the name of the handler it exports.
 */
import { pathToFileURL } from "node:url";
import type { FunctionError, InvokeMessage, WorkerMessage } from "./invocation.ts";

type Handler = (event: unknown, context: unknown) => unknown;

const main = async (file: string, exportName: string): Promise<void> => {
  // A worker must not outlive its stack, however that ends.
  process.on("disconnect", () => process.exit(0));
  try {
    const handler = await loadHandler(file, exportName);
    process.on("message", (message: InvokeMessage) => void handle(handler, message));
    send({ type: "ready" });
  } catch (error) {
    console.error(error);
    send({ type: "init-failed", error: describeError(error) }, () => process.exit(1));
  }
};

const loadHandler = async (file: string, exportName: string): Promise<Handler> => {
  const bundle: Record<string, unknown> = await import(pathToFileURL(file).href);
  const handler = bundle[exportName];
  if (typeof handler !== "function") throw new Error(`${file} exports no function named ${exportName}`);
  return (event, context) => handler(event, context);
};

const handle = async (handler: Handler, message: InvokeMessage): Promise<void> => {
  try {
    const value = await handler(message.event, contextFor(message));
    send({ type: "done", result: { ok: true, payload: JSON.stringify(value) ?? "null" } });
  } catch (error) {
    console.error(error);
    send({ type: "done", result: { ok: false, error: describeError(error) } });
  }
};

const contextFor = ({ requestId, deadlineMs, functionArn }: InvokeMessage) => ({
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  invokedFunctionArn: functionArn,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
});

const describeError = (error: unknown): FunctionError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") }
    : { errorType: typeof error, errorMessage: String(error) };

const send = (message: WorkerMessage, sent?: () => void): void => {
  process.send?.(message, undefined, undefined, sent);
};

await main(process.argv[2] ?? "", process.argv[3] ?? "");
