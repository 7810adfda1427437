import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** The body of a send call, as far as tests look at it (SendGrid v3 API reference, "Mail Send"). */
export interface SendGridMail {
  readonly personalizations: readonly {
    readonly to: readonly { readonly email: string; readonly name?: string }[];
    readonly custom_args?: Readonly<Record<string, string>>;
  }[];
  readonly from: { readonly email: string; readonly name?: string };
  readonly reply_to?: { readonly email: string; readonly name?: string };
  readonly subject: string;
  readonly content: readonly { readonly type: string; readonly value: string }[];
  readonly headers: Readonly<Record<string, string>>;
  readonly custom_args?: Readonly<Record<string, string>>;
  readonly tracking_settings?: unknown;
}

/** A send call as it came in. */
export interface SendGridCall {
  readonly method: string;
  readonly path: string;
  /** The key, without `Bearer`. */
  readonly apiKey: string;
  readonly mail: SendGridMail;
}

/** Answers a call; the usual answer is 202. */
export type SendGridAnswer = (call: SendGridCall, response: ServerResponse, request: IncomingMessage) => void;

/** A stand-in for SendGrid's API. */
export interface SendGridServer {
  readonly url: string;
  /** Every call that came in whole, whatever the answer. */
  readonly calls: readonly SendGridCall[];
  /** Answers the next calls this way; undefined: as usual again. */
  answerWith(answer: SendGridAnswer | undefined): void;
  stop(): Promise<void>;
}

/** What SendGrid says when it has taken a mail. */
export const accept: SendGridAnswer = (_call, response) => {
  response.writeHead(202, { "x-message-id": "sg-4711" }).end();
};

/** Starts a stand-in on 127.0.0.1. */
export const startSendGrid = async (): Promise<SendGridServer> => {
  const calls: SendGridCall[] = [];
  let answer: SendGridAnswer | undefined;
  const server = createServer((request, response) => {
    json(request).then(
      (body) => {
        const { method = "", url = "", headers } = request;
        const apiKey = (headers.authorization ?? "").replace(/^Bearer /, "");
        const call = { method, path: url, apiKey, mail: body as SendGridMail };
        calls.push(call);
        (answer ?? accept)(call, response, request);
      },
      () => response.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answerWith: (next) => {
      answer = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
