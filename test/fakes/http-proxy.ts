import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Certificate } from "./certificates.ts";

/** What a proxy was asked for. */
export interface ProxyRequest {
  /** Where to connect to, as it was written. */
  readonly target: string;
  /** Name and password, as `name:password`; undefined without login. */
  readonly login: string | undefined;
}

/** How a proxy behaves: it lets through, answers this status, says nothing, says this, or begins a reply for ever. */
export type ProxyBehaviour = "through" | number | "silence" | "trickle" | { readonly say: string };

/** A running proxy on 127.0.0.1. */
export interface FakeProxy {
  readonly port: number;
  readonly requests: readonly ProxyRequest[];
  stop(): Promise<void>;
}

/** What a proxy is like. */
export interface ProxyOptions {
  readonly behaviour?: ProxyBehaviour;
  /** The one login that is let through; none: everybody is. */
  readonly login?: string;
  /** Speaks TLS with clients when given. */
  readonly certificate?: Certificate;
}

/** Starts an HTTP proxy that knows CONNECT, byte for byte: no library stands between it and the client. */
export const startHttpProxy = async (options: ProxyOptions = {}): Promise<FakeProxy> => {
  const requests: ProxyRequest[] = [];
  const server = await listen(options, (socket, fullRequest) => {
    const [head = ""] = fullRequest.split("\r\n\r\n");
    const target = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head)?.[1] ?? "";
    const basic = /\r\nproxy-authorization: Basic (\S+)/i.exec(head)?.[1];
    const login = basic === undefined ? undefined : Buffer.from(basic, "base64").toString();
    requests.push({ target, login });
    const refused = options.login !== undefined && options.login !== login;
    answer(socket, refused ? 407 : (options.behaviour ?? "through"), target);
  });
  return { ...server, requests };
};

const listen = async (
  { certificate }: ProxyOptions,
  onRequest: (socket: Socket, request: string) => void,
): Promise<Omit<FakeProxy, "requests">> => {
  const sockets = new Set<Socket>();
  const onConnection = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    let heard = "";
    const hear = (bytes: Buffer) => {
      heard += bytes.toString("latin1");
      if (!heard.includes("\r\n\r\n")) return;
      socket.removeListener("data", hear);
      onRequest(socket, heard);
    };
    socket.on("data", hear);
  };
  const server: Server =
    certificate === undefined ? createServer(onConnection) : createTlsServer({ ...certificate }, onConnection);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const answer = (socket: Socket, behaviour: ProxyBehaviour, target: string): void => {
  if (behaviour === "silence") return;
  if (behaviour === "trickle") trickle(socket, "HTTP/1.1 200 OK\r\nX-Wait: ", "x");
  else if (typeof behaviour === "number") socket.write(`HTTP/1.1 ${behaviour} No\r\nContent-Length: 0\r\n\r\n`);
  else if (typeof behaviour === "object") socket.write(behaviour.say);
  else tunnel(socket, target, "HTTP/1.1 200 Connection established\r\n\r\n");
};

/** Sends a piece every few milliseconds until the client has gone. */
const trickle = (socket: Socket, first: string, piece: string): void => {
  socket.write(first);
  const timer = setInterval(() => socket.writable && socket.write(piece), 5);
  socket.once("close", () => clearInterval(timer));
};

/**
 * Connects to the target and passes everything on. The proxy's own answer and the first words of the server go out in
 * one piece when the server speaks first, as they do on a busy network.
 */
export const tunnel = (client: Socket, target: string, established: string | Buffer): void => {
  const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
  const server = connect({ host, port: Number(port) });
  client.once("close", () => server.destroy());
  server.on("error", () => client.destroy());
  const begin = (first: Buffer) => {
    clearTimeout(timer);
    client.write(Buffer.concat([Buffer.from(established), first]));
    client.pipe(server).pipe(client);
  };
  // A server that waits for the client's TLS says nothing first.
  const timer = setTimeout(() => {
    server.removeListener("data", begin);
    begin(Buffer.alloc(0));
  }, 50);
  server.once("data", begin);
};
