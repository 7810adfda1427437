import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type MailProxy, ProxyRefusal, type TunnelTarget } from "./mail-proxy.ts";

/** Longest user name or password that SOCKS5 can carry, in bytes (RFC 1929 section 2). */
const MAX_LOGIN_BYTES = 255;

/**
 * Asks a SOCKS5 proxy for a tunnel (RFC 1928), with a name and password (RFC 1929) where it wants them.
 * @throws ProxyRefusal when the proxy refuses; Error when it fails. The library's own errors hold the password and are
 * not passed on.
 */
export const openSocksTunnel = async (
  socket: Socket,
  target: TunnelTarget,
  login: MailProxy["login"],
): Promise<Socket> => {
  const fields = login === null ? [] : [login.username, login.password];
  if (fields.some((field) => Buffer.byteLength(field) > MAX_LOGIN_BYTES)) {
    throw new ProxyRefusal(`SOCKS5 takes names and passwords of at most ${MAX_LOGIN_BYTES} bytes.`);
  }
  // Loaded when it is needed: few tenants pay for it with their cold start.
  const { SocksClient } = await import("socks");
  await SocksClient.createConnection({
    command: "connect",
    existing_socket: socket,
    proxy: {
      type: 5,
      // The connection is made; the library asks for these all the same.
      host: "proxy",
      port: 1080,
      ...(login === null ? {} : { userId: login.username, password: login.password }),
    },
    destination: { host: target.address, port: target.port },
  }).catch((error: unknown) => {
    throw explain(error);
  });
  return keepEarlyBytes(socket);
};

/** What the mail server has said already comes as an event one turn later (socks 2.8); put back, nobody misses it. */
const keepEarlyBytes = async (socket: Socket): Promise<Socket> => {
  const early: Buffer[] = [];
  const keep = (bytes: Buffer) => early.push(bytes);
  socket.on("data", keep);
  await nextTurn();
  socket.pause();
  socket.removeListener("data", keep);
  if (early.length > 0) socket.unshift(Buffer.concat(early));
  return socket;
};

/** The library tells its failures apart by their words only (socks 2.8, `ERRORS` and `Socks5Response`). */
const explain = (error: unknown): Error => {
  const words = error instanceof Error ? error.message : "";
  if (/Authentication failed|no accepted authentication|unknown authentication/i.test(words)) {
    return new ProxyRefusal("The proxy refused the login, or wants one.");
  }
  if (/NotAllowed/.test(words)) return new ProxyRefusal("The proxy refuses connections to the mail server.");
  if (/rejected connection/i.test(words)) return new Error("The proxy could not connect to the mail server.");
  return new Error("The proxy broke off, or is no SOCKS5 proxy.");
};
