import { request } from "node:http";
import { isIPv6, type Socket } from "node:net";
import { type MailProxy, ProxyRefusal, type TunnelTarget } from "./mail-proxy.ts";

/** Statuses by which a proxy says that it knows what we want and will not do it. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 405, 407]);

/**
 * Asks an HTTP proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6), with Basic login.
 * @throws ProxyRefusal when the proxy refuses; Error when it fails. Neither repeats what the proxy said.
 */
export const openHttpTunnel = (socket: Socket, target: TunnelTarget, login: MailProxy["login"]): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const authority = `${isIPv6(target.address) ? `[${target.address}]` : target.address}:${target.port}`;
    const asking = request({
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...(login === null ? {} : { "proxy-authorization": basic(login) }) },
      createConnection: () => socket,
    });
    asking.once("connect", ({ statusCode = 0 }, _socket, early) => {
      if (statusCode < 200 || statusCode > 299) return reject(refusal(statusCode, login));
      // The mail server may have greeted already.
      if (early.length > 0) socket.unshift(early);
      resolve(socket);
    });
    asking.once("error", () => reject(new Error("The proxy broke off, or is no HTTP proxy.")));
    asking.end();
  });

const basic = ({ username, password }: NonNullable<MailProxy["login"]>): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

const refusal = (status: number, login: MailProxy["login"]): Error => {
  if (status === 407 && login === null) return new ProxyRefusal("The proxy wants a login (407).");
  if (status === 407) return new ProxyRefusal("The proxy refused the login (407).");
  if (REFUSALS.has(status)) return new ProxyRefusal(`The proxy refuses connections to the mail server (${status}).`);
  return new Error(`The proxy could not connect to the mail server (${status}).`);
};
