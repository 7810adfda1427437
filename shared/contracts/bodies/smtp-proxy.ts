import * as z from "zod/mini";
import type { ProxySettings } from "../../domain/mail-settings.ts";
import { explainProxyUrl, formatProxyUrl, parseProxyUrl } from "../../domain/proxy-url.ts";
import { line } from "./fields.ts";

const proxyUrl = z.pipe(
  z.string().check(z.maxLength(300), z.meta({ description: "http, https or socks5, with host and port." })),
  z.transform((input, context): string => {
    const parsed = parseProxyUrl(input);
    if (parsed !== undefined) return formatProxyUrl(parsed);
    context.issues.push({ code: "custom", message: explainProxyUrl(input) ?? "must be the URL of a proxy", input });
    return z.NEVER;
  }),
);

/** A colon ends the user name in a Basic login (RFC 7617 section 2). */
const username = line(255).check(z.refine((name) => !name.includes(":"), 'must not hold ":"'));

/** A proxy on the way to the server. Forms send an empty user name for "none". */
export const smtpProxy = z.pipe(
  z.strictObject({ url: proxyUrl, username: z.optional(z.nullable(z.union([z.literal(""), username]))) }),
  z.transform((given): ProxySettings => ({ url: given.url, username: given.username || null })),
);
