import * as oauth from "oauth4webapi";
import { parseJson } from "../contracts/json.ts";

/** Most issuers kept in one process; the oldest goes first. Microsoft has one for each directory. */
const MAX_KEPT = 200;

/** Longest wait for one answer of an issuer, in milliseconds. */
const TIMEOUT_MS = 8_000;

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** Last part of the path of Microsoft's issuers, which begin with the id of a directory. */
const DIRECTORY = /^\/[^/]+(?=\/v2\.0$)/;

/** How each request to an issuer is made. Plain http is for stand-ins on this machine, which operators name. */
export const requestOptions = (issuerUrl: string) => {
  const { protocol, hostname } = new URL(issuerUrl);
  return {
    signal: () => AbortSignal.timeout(TIMEOUT_MS),
    [oauth.allowInsecureRequests]: protocol === "http:" && LOOPBACK.has(hostname),
  };
};

/** Finds an issuer's endpoints (OpenID Connect Discovery 1.0), once in a process. It throws when it cannot. */
export const createDiscovery = (): ((issuerUrl: string) => Promise<oauth.AuthorizationServer>) => {
  const kept = new Map<string, oauth.AuthorizationServer>();
  return async (issuerUrl) => {
    const known = kept.get(issuerUrl);
    if (known !== undefined) return known;
    const server = await discover(new URL(issuerUrl));
    kept.set(issuerUrl, server);
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - MAX_KEPT))) kept.delete(oldest);
    return server;
  };
};

const discover = async (issuerUrl: URL): Promise<oauth.AuthorizationServer> => {
  const response = await oauth.discoveryRequest(issuerUrl, requestOptions(issuerUrl.href));
  const stated = statedIssuer(await response.clone().text());
  const expected = stated !== undefined && isSameButForDirectory(stated, issuerUrl) ? stated : issuerUrl;
  return oauth.processDiscoveryResponse(expected, response);
};

const statedIssuer = (text: string): URL | undefined => {
  const metadata = parseJson(text);
  const issuer =
    typeof metadata === "object" && metadata !== null && "issuer" in metadata ? metadata.issuer : undefined;
  return typeof issuer === "string" ? (URL.parse(issuer) ?? undefined) : undefined;
};

/** Asked by one of a directory's domains, Microsoft names the directory by its id. */
const isSameButForDirectory = (stated: URL, asked: URL): boolean =>
  stated.origin === asked.origin &&
  DIRECTORY.test(asked.pathname) &&
  stated.pathname.replace(DIRECTORY, "") === asked.pathname.replace(DIRECTORY, "");
