import { parseMailHost } from "./mail-host.ts";

/** How a proxy is spoken to: HTTP CONNECT in clear text or over TLS (RFC 9110 section 9.3.6), or SOCKS 5 (RFC 1928). */
export const PROXY_SCHEMES = ["http", "https", "socks5"] as const;
export type ProxyScheme = (typeof PROXY_SCHEMES)[number];

/** Where a proxy is. */
export interface ProxyAddress {
  readonly scheme: ProxyScheme;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Scheme, host (an IPv6 address in brackets) and port, and nothing else; the port is never guessed. */
const FORM = /^(http|https|socks5):\/\/(?:\[([0-9a-f:.]+)\]|([^/?#@:[\]\s]+)):([0-9]{1,5})\/?$/i;

/** The parts of a proxy's URL, or undefined when it has another form (see {@link explainProxyUrl}). */
export const parseProxyUrl = (url: string): ProxyAddress | undefined => {
  const [, schemeText = "", address, name, portText] = FORM.exec(url) ?? [];
  const scheme = PROXY_SCHEMES.find((one) => one === schemeText.toLowerCase());
  const host = parseMailHost(address ?? name ?? "")?.host;
  const port = Number(portText);
  if (scheme === undefined || host === undefined || port < 1 || port > 65_535) return undefined;
  return { scheme, host, port };
};

/** The one spelling of a proxy's URL: what secrets are bound to. */
export const formatProxyUrl = ({ scheme, host, port }: ProxyAddress): string =>
  `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;

/** Why a text is no proxy's URL, as a sentence that never repeats it (it may hold a password), or undefined. */
export const explainProxyUrl = (url: string): string | undefined => {
  if (parseProxyUrl(url) !== undefined) return undefined;
  if (url.includes("@")) {
    return 'must not hold a login: give "username" beside it, and the password as proxyPassword among the credentials';
  }
  return 'must be http://, https:// or socks5:// with a host and a port, such as "http://proxy.example.org:3128"';
};
