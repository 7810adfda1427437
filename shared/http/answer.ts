import type { ApiResponse } from "./api-event.ts";

/** What an operation answers. Without `body` the response is empty (204). */
export interface Answer {
  /** 200 unless said otherwise. */
  readonly status?: number;
  readonly body?: unknown;
  /** A whole page for a person instead of a body. */
  readonly html?: string;
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

/** What a page of ours may do in a browser: be read, and post to where it is. Its address may hold a code or a token. */
const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
  "x-content-type-options": "nosniff",
};

/** An operation's answer as a response. */
export const toResponse = ({ status = 200, body, html, version }: Answer): ApiResponse => {
  if (html !== undefined) return { statusCode: status, headers: { ...NO_STORE, ...PAGE_HEADERS }, body: html };
  if (body === undefined) return { statusCode: 204, headers: NO_STORE, body: "" };
  return jsonResponse(status, body, version === undefined ? {} : { etag: `"${version}"` });
};

/** The answer to a PUT: a document of version 1 was just created. */
export const writtenAs = (version: number, body: unknown): Answer => ({
  status: version === 1 ? 201 : 200,
  body,
  version,
});
