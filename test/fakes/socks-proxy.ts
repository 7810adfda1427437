import { once } from "node:events";
import { type AddressInfo, createServer, type Socket, SocketAddress } from "node:net";
import { type FakeProxy, type ProxyRequest, tunnel } from "./http-proxy.ts";

/** How a SOCKS proxy behaves: it lets through, replies with this code (RFC 1928 section 6), says nothing, or says this. */
export interface SocksOptions {
  readonly behaviour?: "through" | number | "silence" | { readonly say: string };
  /** The one login that is let through, as `name:password`; none: no login is asked for. */
  readonly login?: string;
}

const NO_LOGIN = 0;
const NAME_AND_PASSWORD = 2;
const NOTHING_ACCEPTABLE = 0xff;

/** Starts a SOCKS5 proxy (RFC 1928, RFC 1929), byte for byte. */
export const startSocksProxy = async (options: SocksOptions = {}): Promise<FakeProxy> => {
  const requests: ProxyRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket, options, requests).catch(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const serve = async (socket: Socket, options: SocksOptions, requests: ProxyRequest[]): Promise<void> => {
  const { behaviour = "through" } = options;
  if (typeof behaviour === "object") return void socket.write(behaviour.say);
  const [, methodCount = 0] = await take(socket, 2);
  const methods = await take(socket, methodCount);
  const wanted = options.login === undefined ? NO_LOGIN : NAME_AND_PASSWORD;
  socket.write(Buffer.from([5, methods.includes(wanted) ? wanted : NOTHING_ACCEPTABLE]));
  const login = wanted === NAME_AND_PASSWORD ? await takeLogin(socket) : undefined;
  if (login !== undefined) socket.write(Buffer.from([1, login === options.login ? 0 : 1]));
  const target = await takeTarget(socket);
  requests.push({ target, login });
  if (behaviour === "silence") return;
  if (typeof behaviour === "number") return void socket.write(reply(behaviour));
  tunnel(socket, target, reply(0));
};

const reply = (code: number): Buffer => Buffer.from([5, code, 0, 1, 127, 0, 0, 1, 0, 0]);

const takeLogin = async (socket: Socket): Promise<string> => {
  const [, nameLength = 0] = await take(socket, 2);
  const name = await take(socket, nameLength);
  const [passwordLength = 0] = await take(socket, 1);
  return `${name}:${await take(socket, passwordLength)}`;
};

const takeTarget = async (socket: Socket): Promise<string> => {
  const [, , , kind = 0] = await take(socket, 4);
  if (kind === 3) {
    const [length = 0] = await take(socket, 1);
    return `${await take(socket, length)}:${(await take(socket, 2)).readUInt16BE()}`;
  }
  const bytes = await take(socket, kind === 4 ? 16 : 4);
  const groups = bytes.toString("hex").match(/.{4}/g) ?? [];
  const address =
    kind === 4 ? new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address : bytes.join(".");
  return `${kind === 4 ? `[${address}]` : address}:${(await take(socket, 2)).readUInt16BE()}`;
};

/** The next bytes, exactly so many. */
const take = async (socket: Socket, count: number): Promise<Buffer> => {
  if (count === 0) return Buffer.alloc(0);
  for (;;) {
    const bytes = socket.read(count);
    if (bytes !== null) return bytes;
    await once(socket, "readable");
  }
};
