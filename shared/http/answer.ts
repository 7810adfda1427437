import type { ApiResponse } from "./api-event.ts";

/** What an operation answers. Without `body` the response is empty (204). */
export interface Answer {
  /** 200 unless said otherwise. */
  readonly status?: number;
  readonly body?: unknown;
  /** The version of the document in the body: its ETag. */
  readonly version?: number;
}

/** Headers of every response: nothing of an administration API belongs in a cache. */
const NO_STORE = { "cache-control": "no-store" };

/** A JSON response. `contentType` only for problems. */
export const jsonResponse = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  contentType = "application/json",
): ApiResponse => ({
  statusCode,
  headers: { ...NO_STORE, "content-type": contentType, ...headers },
  body: JSON.stringify(body),
});

/** An operation's answer as a response. */
export const toResponse = ({ status = 200, body, version }: Answer): ApiResponse => {
  if (body === undefined) return { statusCode: 204, headers: NO_STORE, body: "" };
  return jsonResponse(status, body, version === undefined ? {} : { etag: `"${version}"` });
};

/** The answer to a PUT: a document of version 1 was just created. */
export const writtenAs = (version: number, body: unknown): Answer => ({
  status: version === 1 ? 201 : 200,
  body,
  version,
});
