import net from "node:net";
import tls from "node:tls";
import type { SmtpSettings } from "../domain/mail-settings.ts";
import type { Failed } from "../domain/outcome.ts";
import { failed } from "./classify.ts";
import type { Cleared } from "./egress.ts";
import { type MailProxy, ProxyRefusal } from "./mail-proxy.ts";
import { openHttpTunnel } from "./proxy-http.ts";
import { openSocksTunnel } from "./proxy-socks.ts";
import { connectTcp } from "./tcp-connect.ts";
import { tlsProblemOf } from "./tls-error.ts";
import { tlsTrust } from "./tls-trust.ts";

/** What going by a proxy needs. */
export interface ProxyRoute {
  readonly proxy: MailProxy;
  /** The proxy's own checked address. */
  readonly via: Cleared;
  readonly settings: SmtpSettings;
  /** The mail server's checked address. */
  readonly address: string;
}

/** Connects to the proxy and through it to the mail server. What goes wrong on the way is the proxy's failure. */
export const connectByProxy = async (route: ProxyRoute, signal: AbortSignal): Promise<net.Socket | Failed> => {
  const { proxy, via, settings } = route;
  const tcp = await connectTcp(via, proxy.port, settings.timeoutMs, signal);
  if (!(tcp instanceof net.Socket)) return proxyFailed("The proxy cannot be reached.");
  return tunnelWithin(tcp, route, signal);
};

/** Hands over the tunnel, or destroys the connection when it cannot be had in time. */
const tunnelWithin = async (tcp: net.Socket, route: ProxyRoute, signal: AbortSignal): Promise<net.Socket | Failed> => {
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new Error("The proxy did not answer in time."));
  const timer = setTimeout(giveUp, route.settings.timeoutMs);
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  // Stays, because a connection that is given up may still break.
  tcp.on("error", () => reject(new Error("The connection to the proxy broke.")));
  try {
    return await Promise.race([interrupted, openTunnel(tcp, route)]);
  } catch (error) {
    tcp.destroy();
    return explain(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
};

const openTunnel = async (tcp: net.Socket, { proxy, via, settings, address }: ProxyRoute): Promise<net.Socket> => {
  const target = { address, port: settings.port };
  if (proxy.scheme === "socks5") return openSocksTunnel(tcp, target, proxy.login);
  const socket = proxy.scheme === "https" ? await encrypt(tcp, via, settings) : tcp;
  return openHttpTunnel(socket, target, proxy.login);
};

const encrypt = (socket: net.Socket, { servername }: Cleared, settings: SmtpSettings): Promise<net.Socket> =>
  new Promise((resolve, reject) => {
    const secured = tls.connect({ socket, host: servername, ...tlsTrust(settings, servername) });
    secured.on("error", reject);
    secured.once("secureConnect", () => resolve(secured));
  });

const explain = (error: unknown): Failed => {
  const text = error instanceof Error ? error.message : "The proxy failed.";
  if (error instanceof ProxyRefusal) return failed("config", "proxy-refused", "connect", text);
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  const problem = tlsProblemOf(code);
  return proxyFailed(problem === undefined ? text : `The proxy's TLS: ${problem.text}`);
};

const proxyFailed = (text: string): Failed => failed("transient", "proxy-failed", "connect", text);
