import type { ProxySettings } from "../domain/mail-settings.ts";
import { type ProxyAddress, parseProxyUrl } from "../domain/proxy-url.ts";

/** A proxy with what to log in with; null for one without login. */
export interface MailProxy extends ProxyAddress {
  readonly login: { readonly username: string; readonly password: string } | null;
}

/** Where a proxy is asked to connect to, as a checked address. */
export interface TunnelTarget {
  readonly address: string;
  readonly port: number;
}

/** Why a proxy did not let us through; thrown by the tunnels, and never seen outside. */
export class ProxyRefusal extends Error {
  override readonly name = "ProxyRefusal";
}

/** The proxy of stored settings. @throws Error for a URL that was never accepted into settings. */
export const readProxy = ({ url, username }: ProxySettings, password: string | undefined): MailProxy => {
  const address = parseProxyUrl(url);
  if (address === undefined) throw new Error("cannot read the proxy's URL in the stored settings");
  return { ...address, login: username === null ? null : { username, password: password ?? "" } };
};
