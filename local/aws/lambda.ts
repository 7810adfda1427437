import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { readBody, sendJson } from "../http-server.ts";
import { isFunction, type LambdaFunction } from "../template/functions.ts";
import type { Invoke } from "../workers/invocation.ts";

/** Bytes of a synchronous invocation's payload. Source: AWS Lambda quotas, "Invocation payload". */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** A function and how to call it. */
export interface InvokableFunction {
  readonly fn: LambdaFunction;
  readonly invoke: Invoke;
}

const FUNCTIONS_PATH = /^\/2015-03-31\/functions\/?$/;
const FUNCTION_PATH = /^\/2015-03-31\/functions\/([^/]+)(\/invocations)?$/;

/**
 * Answers Lambda's Invoke (RequestResponse, Event, DryRun), GetFunction and ListFunctions. An Event invocation that
 * fails is not tried again.
 */
export const lambdaListener =
  (functions: readonly InvokableFunction[]): RequestListener =>
  (request, response) => {
    void answer(request, response, functions).catch((error: unknown) => {
      console.error("The local Lambda server failed:", error);
      sendError(response, 500, "ServiceException", "The local server failed.");
    });
  };

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  functions: readonly InvokableFunction[],
): Promise<void> => {
  const { pathname } = new URL(request.url ?? "/", "http://local");
  if (request.method === "GET" && FUNCTIONS_PATH.test(pathname)) {
    return sendJson(response, 200, { Functions: functions.map(({ fn }) => describe(fn)) });
  }
  const [, encodedId, invocations] = FUNCTION_PATH.exec(pathname) ?? [];
  if (encodedId === undefined) return sendError(response, 404, "UnknownOperationException", "Unknown operation.");
  const id = decodeURIComponent(encodedId);
  const found = functions.find(({ fn }) => isFunction(fn, id));
  if (found === undefined) return sendError(response, 404, "ResourceNotFoundException", `Function not found: ${id}`);
  if (invocations === undefined) return sendJson(response, 200, { Configuration: describe(found.fn) });
  return invoke(request, response, found.invoke);
};

const invoke = async (request: IncomingMessage, response: ServerResponse, call: Invoke): Promise<void> => {
  const body = await readBody(request, MAX_PAYLOAD_BYTES);
  if (body === "too-large") return sendError(response, 413, "RequestTooLargeException", "The payload is too large.");
  let event: unknown;
  try {
    event = body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    return sendError(response, 400, "InvalidRequestContentException", "Could not parse request body into json.");
  }
  const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
  if (type === "DryRun") return void response.writeHead(204).end();
  const invocation = call(event);
  if (type === "Event") return void response.writeHead(202).end();
  const result = await invocation;
  response.writeHead(200, {
    "content-type": "application/json",
    "x-amzn-requestid": randomUUID(),
    "x-amz-executed-version": "$LATEST",
    ...(result.ok ? {} : { "x-amz-function-error": "Unhandled" }),
  });
  response.end(result.ok ? result.payload : JSON.stringify(result.error));
};

const describe = (fn: LambdaFunction) => ({
  FunctionName: fn.name,
  FunctionArn: fn.arn,
  Handler: fn.handler,
  MemorySize: fn.memoryMb,
  Timeout: fn.timeoutSeconds,
  State: "Active",
  Version: "$LATEST",
});

const sendError = (response: ServerResponse, statusCode: number, code: string, message: string): void => {
  response.setHeader("x-amzn-errortype", code);
  sendJson(response, statusCode, { Type: statusCode < 500 ? "User" : "Service", Message: message });
};
