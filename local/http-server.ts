import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";

/** An HTTP server on 127.0.0.1 whose address is known before it has anything to serve. */
export interface LocalServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** From now on requests go to this listener; until then they are answered 503. */
  serve(listener: RequestListener): void;
  /** Stops listening and drops open connections. */
  stop(): Promise<void>;
}

/**
 * Listens on 127.0.0.1.
 * @param port 0 (any free port) unless given.
 * @throws the `EADDRINUSE` error of Node when the port is taken.
 */
export const listen = async (port = 0): Promise<LocalServer> => {
  let current: RequestListener = (_request, response) => {
    response.writeHead(503, { "retry-after": "1" }).end();
  };
  const server = createServer((request, response) => current(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("cannot tell the port of a local server");

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    serve: (listener) => {
      current = listener;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** The whole body of a request, or "too-large" when it exceeds `maxBytes`; all of it is read from the connection. */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<Buffer | "too-large"> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes > maxBytes ? "too-large" : Buffer.concat(chunks);
};

/** Answers with JSON. `contentType` only when it is a special kind of JSON. */
export const sendJson = (
  response: ServerResponse,
  statusCode: number,
  body: unknown,
  contentType = "application/json",
): void => {
  response.writeHead(statusCode, { "content-type": contentType }).end(JSON.stringify(body));
};
