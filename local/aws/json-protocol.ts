import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { readBody } from "../http-server.ts";

/** A failure that an AWS client shall see: `code` is the exception's name. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}

/** Input of an operation: the request's JSON object. */
export type Input = Readonly<Record<string, unknown>>;

/** The operations of one service, by name. */
export type Operations = Readonly<Record<string, (input: Input) => unknown>>;

/** Larger than any request the services take. */
const MAX_REQUEST_BYTES = 12 * 1024 * 1024;

/**
 * Answers the AWS JSON 1.1 protocol for one service, whose operations are named `<prefix>.<operation>` in the
 * `X-Amz-Target` header. Signatures are not checked.
 * Source: smithy.io, "AWS JSON 1.1 protocol".
 */
export const awsJsonListener =
  (prefix: string, operations: Operations): RequestListener =>
  (request, response) => {
    void answer(request, prefix, operations)
      .then((output) => send(response, 200, output))
      .catch((error: unknown) => sendError(response, error));
  };

const answer = async (request: IncomingMessage, prefix: string, operations: Operations): Promise<unknown> => {
  const [service, name = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (request.method !== "POST" || service !== prefix || operation === undefined) {
    throw new AwsError("UnknownOperationException", "");
  }
  const body = await readBody(request, MAX_REQUEST_BYTES);
  if (body === "too-large") throw new AwsError("RequestEntityTooLargeException", "The request is too large.", 413);
  return (await operation(parseInput(body))) ?? {};
};

const parseInput = (body: Buffer): Input => {
  let input: unknown;
  try {
    input = body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON.");
  }
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new AwsError("SerializationException", "The request body must be a JSON object.");
  }
  return { ...input };
};

const sendError = (response: ServerResponse, error: unknown): void => {
  if (error instanceof AwsError) {
    send(response, error.statusCode, { __type: error.code, message: error.message }, error.code);
    return;
  }
  console.error("A local AWS server failed:", error);
  send(response, 500, { __type: "InternalFailure", message: "The local server failed." }, "InternalFailure");
};

const send = (response: ServerResponse, statusCode: number, body: unknown, errorType?: string): void => {
  response.writeHead(statusCode, {
    "content-type": "application/x-amz-json-1.1",
    "x-amzn-requestid": randomUUID(),
    ...(errorType === undefined ? {} : { "x-amzn-errortype": errorType }),
  });
  response.end(JSON.stringify(body));
};
