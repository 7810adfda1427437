import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import type { Certificate } from "./certificates.ts";

/** A mail as the relay was given it. */
export interface RelayedMail {
  readonly raw: Buffer;
  readonly from: string;
  readonly to: readonly string[];
  /** Whether it came over TLS. */
  readonly secure: boolean;
  /** Who had logged in, as `name:password`; undefined without login. */
  readonly login: string | undefined;
  /** Tells connections apart. */
  readonly connection: string;
}

/** What a relay is like. */
export interface RelayOptions {
  readonly security: "implicit" | "starttls" | "none";
  /** Needed for TLS. */
  readonly certificate?: Certificate;
  /** The one login that is accepted; none: no login is asked for, nor offered. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Port to listen on; any free one unless given. */
  readonly port?: number;
  /** More of the library's options. */
  readonly server?: SMTPServerOptions;
}

/** A running mail server, npm `smtp-server`, that keeps what it is given. */
export interface Relay {
  readonly port: number;
  readonly mails: readonly RelayedMail[];
  /** Connections that were made so far. */
  connections(): number;
  /** Breaks every connection off. */
  hangUp(): void;
  stop(): Promise<void>;
}

/** Starts a mail server on 127.0.0.1. */
export const startRelay = async ({ security, certificate, login, port, server }: RelayOptions): Promise<Relay> => {
  const mails: RelayedMail[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const hidden = [...(security === "starttls" ? [] : ["STARTTLS"]), ...(login === undefined ? ["AUTH"] : [])];
  const smtp = new SMTPServer({
    secure: security === "implicit",
    ...(certificate ?? {}),
    disabledCommands: hidden,
    authOptional: login === undefined,
    allowInsecureAuth: true,
    authMethods: ["PLAIN", "LOGIN"],
    disableReverseLookup: true,
    closeTimeout: 50,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onAuth: ({ username, password }, _session, done) => {
      const right = username === login?.username && password === login?.password;
      if (right) done(null, { user: `${username}:${password}` });
      else done(Object.assign(new Error("Authentication credentials invalid"), { responseCode: 535 }));
    },
    onData: (stream, session, done) => {
      buffer(stream).then((raw) => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          raw,
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          login: session.user,
          connection: session.id,
        });
        done(null, "queued as 4711");
      }, done);
    },
    ...server,
  });
  // A client that goes away in the middle is part of the tests.
  smtp.on("error", () => {});
  const listening = smtp.listen(port ?? 0, "127.0.0.1");
  listening.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await once(listening, "listening");
  return {
    port: (listening.address() as AddressInfo).port,
    mails,
    connections: () => connections,
    hangUp: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: () => new Promise((resolve) => smtp.close(resolve)),
  };
};
