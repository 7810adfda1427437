import { escapeHtml } from "./html.ts";

/** Longest link, measured as it stands in HTML, so that all links of a mail together keep below Gmail's clipping. */
const MAX_LINK_CHARS = 2_048;

/**
 * A foreign text as the address of a web page, normalised (WHATWG URL), or undefined when it must not be linked:
 * other schemes than http and https, a user name in front of the host, which can hold a password or feign a host, or
 * more than so many characters of HTML.
 */
export const webLink = (text: string | undefined, maxChars = MAX_LINK_CHARS): string | undefined => {
  const url = text === undefined ? null : URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined;
  if (url.username !== "" || url.password !== "" || escapeHtml(url.href).length > maxChars) return undefined;
  return url.href;
};
