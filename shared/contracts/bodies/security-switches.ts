import * as z from "zod/mini";
import type { InputIssue } from "../../domain/app-error.ts";
import { protocolOf } from "../../domain/presets.ts";
import { defaultSecurity, type Security } from "../../domain/security.ts";

const flag = (description: string) => z.optional(z.boolean()).check(z.meta({ description }));

/**
 * The switches by which other systems say how a connection is protected, as fields of a provider. They are taken in
 * place of `security` with the meaning they have there, and are not kept. A switch that is off asks for nothing.
 */
export const securitySwitches = {
  useSSL: flag('true: security "implicit", as in Harness.'),
  startTLS: flag('true: security "starttls", as in Harness.'),
  enableTls: flag('true: security "starttls", as in ThingsBoard; of no effect beside protocol "smtps", as there.'),
  secure: flag(
    'As in Nodemailer. true: security "implicit", but on ports 25, 587 and 2525 "starttls"; false: "opportunistic".',
  ),
  protocol: z
    .optional(z.enum(["smtp", "smtps", "SMTP", "SMTPS"]))
    .check(z.meta({ description: '"smtps": security "implicit", as in ThingsBoard; "smtp" leaves it open.' })),
} as const;

/** `security` and the switches as somebody gave them. */
export interface GivenSecurity {
  readonly security?: Security | undefined;
  readonly useSSL?: boolean | undefined;
  readonly startTLS?: boolean | undefined;
  readonly enableTls?: boolean | undefined;
  readonly secure?: boolean | undefined;
  readonly protocol?: "smtp" | "smtps" | "SMTP" | "SMTPS" | undefined;
}

const isSmtps = ({ protocol }: GivenSecurity): boolean => protocol?.toLowerCase() === "smtps";

/**
 * What each field accepts on a port, the best first; nothing when it leaves the question open. Sources, each read in
 * the system's own code or document:
 * - `useSSL`, `startTLS`: Harness, "Add SMTP Configuration" ("secure connections" or an upgrade by STARTTLS).
 * - `enableTls`: ThingsBoard sets `mail.<protocol>.starttls.enable` by it; its own templates have it beside SMTPS.
 * - `protocol`: ThingsBoard's `smtpProtocol`; PingOne derives its `protocol` from the port alike.
 * - `secure`: Nodemailer's option, which CodeStream passes on. `secure: true` on 587 is CodeStream's own example for
 *   "secure SMTP traffic"; taken to the letter it never connects. `secure: false` still upgrades when it can.
 */
const MEANINGS: Readonly<Record<keyof GivenSecurity, (given: GivenSecurity, port: number) => readonly Security[]>> = {
  security: ({ security }) => (security === undefined ? [] : [security]),
  useSSL: ({ useSSL }) => (useSSL === true ? ["implicit"] : []),
  startTLS: ({ startTLS }) => (startTLS === true ? ["starttls"] : []),
  enableTls: (given) => (given.enableTls === true && !isSmtps(given) ? ["starttls"] : []),
  protocol: (given) => (isSmtps(given) ? ["implicit"] : []),
  secure: ({ secure }, port) => {
    if (secure === undefined) return [];
    if (!secure) return ["opportunistic", "starttls", "none"];
    return [protocolOf(port) === "SMTP" ? "starttls" : "implicit"];
  },
};

const FIELDS = Object.keys(MEANINGS) as (keyof GivenSecurity)[];

interface Statement {
  readonly field: keyof GivenSecurity;
  readonly accepts: readonly Security[];
}

/**
 * How the connection is protected: as the fields say together or, when they leave it open, as is usual on the port.
 * Fields that exclude each other are issues instead.
 */
export const resolveSecurity = (given: GivenSecurity, port: number): Security | readonly InputIssue[] => {
  const statements = FIELDS.map((field) => ({ field, accepts: MEANINGS[field](given, port) })).filter(
    ({ accepts }) => accepts.length > 0,
  );
  const issues = statements.flatMap((one, index) => {
    const rival = statements.slice(0, index).find(({ accepts }) => !accepts.some((each) => one.accepts.includes(each)));
    return rival === undefined ? [] : [{ path: one.field, message: wordContradiction(given, rival, one) }];
  });
  if (issues.length > 0) return issues;
  return statements[0]?.accepts[0] ?? defaultSecurity(port);
};

const wordContradiction = (given: GivenSecurity, rival: Statement, one: Statement): string =>
  `contradicts ${rival.field}: ${wordMeaning(given, one)}, but ${wordMeaning(given, rival)}; keep the one that is meant`;

const wordMeaning = (given: GivenSecurity, { field, accepts }: Statement): string => {
  const value = `${field} ${JSON.stringify(given[field])}`;
  return field === "security" ? `${value} is given` : `${value} means security "${accepts[0]}"`;
};
