import { X509Certificate } from "node:crypto";
import * as z from "zod/mini";
import type { InputIssue } from "../../domain/app-error.ts";
import { explainHost, parseMailHost } from "../../domain/mail-host.ts";
import { type SmtpSettings, TLS_VERSIONS } from "../../domain/mail-settings.ts";
import { PRESET_NAMES, PRESETS } from "../../domain/presets.ts";
import { IMPLICIT_TLS_PORT, SECURITIES } from "../../domain/security.ts";
import { resolveSecurity, securitySwitches } from "./security-switches.ts";
import { smtpAuth } from "./smtp-auth.ts";
import { smtpProxy } from "./smtp-proxy.ts";

const PORT_RULE = "must be a port number from 1 to 65535";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

const isPort = (text: string): boolean => /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** A port as a number or, as forms send it, as digits. Left out, it is the preset's own. */
const port = z.pipe(
  z.union(
    [
      z.int().check(z.minimum(1), z.maximum(65_535), z.meta({ default: IMPLICIT_TLS_PORT })),
      z.string().check(z.refine(isPort, PORT_RULE)),
    ],
    PORT_RULE,
  ),
  z.transform((value: number | string) => Number(value)),
);

const host = z.pipe(
  z.string(),
  z.transform((input, context): string => {
    const parsed = parseMailHost(input);
    if (parsed !== undefined) return parsed.host;
    context.issues.push({
      code: "custom",
      message: explainHost(input) ?? "must be the name of a mail server",
      input,
    });
    return z.NEVER;
  }),
);

/** Why a text is not PEM certificates and nothing else. A private key pasted here must never be stored. */
const explainPem = (pem: string): string | undefined => {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0 || pem.replace(CERTIFICATE, "").trim() !== "") {
    return 'must be certificates in PEM form ("-----BEGIN CERTIFICATE-----" ...) and nothing else, or null';
  }
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
    return undefined;
  } catch {
    return "must hold certificates that can be read";
  }
};

const caPem = z.string().check(
  z.maxLength(32_768),
  z.superRefine((value, context) => {
    const problem = explainPem(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  }),
);

/** An SMTP server as given; what is left out follows from the preset and from the port. */
const given = z.strictObject({
  kind: z.literal("smtp"),
  preset: z._default(z.enum(PRESET_NAMES), "custom"),
  host: z.optional(host),
  port: z.optional(port),
  security: z
    .optional(z.enum(SECURITIES))
    .check(z.meta({ description: `implicit on port ${IMPLICIT_TLS_PORT}, otherwise starttls, unless given.` })),
  ...securitySwitches,
  minTlsVersion: z._default(z.enum(TLS_VERSIONS), "1.2"),
  caPem: z._default(z.nullable(caPem), null),
  timeoutMs: z._default(z.int().check(z.minimum(1_000), z.maximum(20_000)), 10_000),
  auth: z._default(smtpAuth, { type: "none" }),
  proxy: z._default(z.nullable(smtpProxy), null),
  maxConnections: z._default(z.int().check(z.minimum(1), z.maximum(50)), 5),
  maxPerMinute: z._default(z.nullable(z.int().check(z.minimum(1), z.maximum(100_000))), null),
});

/** An SMTP server with everything filled in. */
export const smtpProvider = z.pipe(
  given,
  z.transform((input, context): SmtpSettings => {
    const { security: _, useSSL, startTLS, enableTls, secure, protocol, ...kept } = input;
    const preset = PRESETS[input.preset];
    const refuse = ({ path, message }: InputIssue): void => {
      context.issues.push({ code: "custom", message, input: undefined, path: [path] });
    };
    const chosenHost = input.host ?? preset.host;
    if (chosenHost === null) {
      refuse({ path: "host", message: `is required: the preset "${input.preset}" cannot tell it` });
    }
    const chosenPort = input.port ?? preset.port;
    const security = resolveSecurity(input, chosenPort);
    if (typeof security !== "string") security.forEach(refuse);
    if (chosenHost === null || typeof security !== "string") return z.NEVER;
    return { ...kept, host: chosenHost, port: chosenPort, security };
  }),
);
