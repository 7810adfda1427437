import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type LocalServer, listen } from "../http-server.ts";
import type { Mailbox } from "./mailbox.ts";
import { type Message, summaryOf } from "./message.ts";

/** What the page itself may do: its own script and style, and showing mails in frames. Nothing from anywhere else. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What a mail may do: look the way it wants. No scripts, no loading, no forms; links open pages of their own. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** Comes before the mail's own markup: its links leave the frame, and an old-fashioned mail is shown in standards mode. */
const MAIL_PRELUDE = '<!doctype html><meta charset="utf-8"><base target="_blank">';

/** What this machine is called by those who sit at it. */
const LOCAL_NAMES = ["127.0.0.1", "localhost"];

interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly policy?: string;
}

/**
 * The inbox's page and its JSON API on 127.0.0.1. Only requests that name this machine are answered, so that a web
 * site cannot read the mails through a name of its own that points here (DNS rebinding).
 */
export const startHttp = async (mailbox: Mailbox, port: number): Promise<LocalServer> => {
  const assets = await readAssets();
  const server = await listen(port);
  server.serve((request, response) => {
    const url = URL.parse(request.url ?? "/", `http://${request.headers.host}`);
    if (url === null || !LOCAL_NAMES.includes(url.hostname)) {
      return answer(response, text(403, `This inbox answers to ${LOCAL_NAMES.join(" and ")} only.`));
    }
    const { pathname, searchParams } = url;
    if (request.method === "GET" && pathname === "/api/stream") return stream(mailbox, response);
    answer(response, assets.get(`${request.method} ${pathname}`) ?? api(mailbox, request, pathname, searchParams));
  });
  return server;
};

const readAssets = async (): Promise<Map<string, Answer>> => {
  const read = async (name: string, type: string): Promise<Answer> => ({
    type: `${type}; charset=utf-8`,
    body: await readFile(new URL(`web/${name}`, import.meta.url)),
    policy: PAGE_POLICY,
  });
  return new Map([
    ["GET /", await read("index.html", "text/html")],
    ["GET /inbox.css", await read("inbox.css", "text/css")],
    ["GET /inbox.js", await read("inbox.js", "text/javascript")],
    ["GET /reader.js", await read("reader.js", "text/javascript")],
    ["GET /icon.svg", await read("icon.svg", "image/svg+xml")],
  ]);
};

const api = (mailbox: Mailbox, request: IncomingMessage, pathname: string, query: URLSearchParams): Answer => {
  if (pathname === "/api/messages") {
    if (request.method === "GET") return json(mailbox.list().slice(0, limitOf(query)));
    if (request.method === "DELETE") {
      mailbox.clear();
      return { status: 204, type: "text/plain", body: "" };
    }
    return text(405, "GET lists the mails, DELETE forgets them.");
  }
  const [, id = "", part = ""] = /^\/api\/messages\/([^/]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
  const found = mailbox.get(id);
  if (found === undefined) return text(404, `There is nothing at ${pathname}.`);
  if (request.method !== "GET") return text(405, "A mail can only be read.");
  return partOf(found.message, found.raw, part);
};

const limitOf = (query: URLSearchParams): number => {
  const limit = Number(query.get("limit") ?? Number.POSITIVE_INFINITY);
  return limit >= 0 ? limit : Number.POSITIVE_INFINITY;
};

const partOf = (message: Message, raw: Buffer, part: string): Answer => {
  switch (part) {
    case "":
      return json(message);
    case "raw":
      return { type: "text/plain; charset=utf-8", body: raw };
    case "html":
      return { type: "text/html; charset=utf-8", body: MAIL_PRELUDE + (message.html ?? ""), policy: MAIL_POLICY };
    default:
      return text(404, "A mail has the parts raw and html.");
  }
};

/** Server-sent events: `list` once (summaries, newest first), then `message` for each new mail and `cleared`. */
const stream = (mailbox: Mailbox, response: ServerResponse): void => {
  const send = (event: string, data: unknown) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  send("list", mailbox.list().map(summaryOf));
  const stopWatching = mailbox.watch((change) =>
    change.kind === "added" ? send("message", summaryOf(change.message)) : send("cleared", {}),
  );
  response.on("close", stopWatching);
};

const json = (value: unknown): Answer => ({ type: "application/json", body: JSON.stringify(value) });

const text = (status: number, body: string): Answer => ({ status, type: "text/plain; charset=utf-8", body });

const answer = (
  response: ServerResponse,
  { status = 200, type, body, policy = "default-src 'none'" }: Answer,
): void => {
  response.writeHead(status, {
    "content-type": type,
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
  });
  response.end(body);
};
