import net from "node:net";
import type { SmtpSettings } from "../domain/mail-settings.ts";
import { MAIL_HOSTS } from "../domain/oauth-login.ts";
import type { Failed } from "../domain/outcome.ts";
import { failed } from "./classify.ts";
import type { EgressGuard, Refused } from "./egress.ts";
import { readProxy } from "./mail-proxy.ts";
import { connectByProxy } from "./proxy.ts";
import type { StepClock } from "./step-clock.ts";
import { connectTcp } from "./tcp-connect.ts";

/** An open connection to the very address that was checked. */
export interface CheckedConnection {
  readonly socket: net.Socket;
  /** Whose certificate the server has to show. */
  readonly servername: string;
}

/** What connecting needs to know. */
export interface ConnectTarget {
  readonly settings: SmtpSettings;
  readonly proxyPassword: string | undefined;
  readonly guard: EgressGuard;
}

/**
 * Resolves the server's name, checks where it leads, and connects there before the signal fires. A proxy is checked in
 * the same way, and asked for the checked address: the name it would look up by itself may lead anywhere.
 */
export const connectChecked = async (
  target: ConnectTarget,
  signal: AbortSignal,
  steps: StepClock,
): Promise<CheckedConnection | Failed> => {
  const { settings, guard } = target;
  const server = await guard.check(settings.host, settings.port, signal);
  if (!server.ok) return refusedAs(server);
  const stranger = server.byOperator ? undefined : explainStranger(settings);
  if (stranger !== undefined) return failed("config", "target-refused", "dns", stranger);
  const proxy = settings.proxy === null ? undefined : readProxy(settings.proxy, target.proxyPassword);
  const via = proxy && (await guard.check(proxy.host, proxy.port, signal, "proxy"));
  if (via?.ok === false) return refusedAs({ ...via, message: `The proxy: ${via.message}` });
  steps.passed("dns");
  const socket =
    proxy && via
      ? await connectByProxy({ proxy, via, settings, address: server.address }, signal)
      : await connectTcp(server, settings.port, settings.timeoutMs, signal);
  if (!(socket instanceof net.Socket)) return socket;
  steps.passed("connect");
  return { socket, servername: server.servername };
};

/**
 * Why an access token must not be shown to this server, as a sentence, or undefined when it may, or there is none. The
 * settings' own authority or a connection in clear text would let a proxy pass itself off as the issuer's mail host.
 */
const explainStranger = ({ auth, host, security, caPem }: SmtpSettings): string | undefined => {
  if (auth.type !== "oauth2") return undefined;
  const shown = `Access tokens of ${auth.issuer} are only shown`;
  const hosts = MAIL_HOSTS[auth.issuer];
  if (!hosts.includes(host)) return `${shown} to ${hosts.join(" and ")}; the operator would have to allow other hosts.`;
  if (security !== "implicit" && security !== "starttls") {
    return `${shown} over an encrypted connection: set security to implicit or starttls.`;
  }
  return caPem === null ? undefined : `${shown} to servers that public authorities vouch for: leave out caPem.`;
};

const refusedAs = ({ reason, message }: Refused): Failed =>
  failed(reason === "target-refused" ? "config" : "transient", reason, "dns", message);
