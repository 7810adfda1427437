import PostalMime from "postal-mime";
import type { SmtpSettings } from "../../shared/domain/mail-settings.ts";
import type { Provider } from "../../shared/flow/ports.ts";
import { createEgressGuard, type EgressGuard } from "../../shared/providers/egress.ts";
import { createSmtpProvider } from "../../shared/providers/smtp.ts";
import type { ArrivedMail } from "../contract/provider-suite.ts";

/** Name of the test's mail server; it leads to this machine and nowhere else. */
export const HOST = "mail.globex.example";

/** A guard that lets through this machine's ports, and knows the test's server by name. */
export const guardFor = (port: number): EgressGuard =>
  createEgressGuard({
    allowedTargets: [{ port, network: (address) => address === "127.0.0.1" }],
    resolve: async () => ["127.0.0.1"],
  });

/** Settings for a server on this machine. */
export const smtpSettings = (port: number, changes: Partial<SmtpSettings> = {}): SmtpSettings => ({
  kind: "smtp",
  host: HOST,
  port,
  security: "none",
  minTlsVersion: "1.2",
  caPem: null,
  timeoutMs: 10_000,
  auth: { type: "none" },
  maxConnections: 5,
  ...changes,
});

/** A provider for a server on this machine. */
export const smtpProvider = (port: number, changes: Partial<SmtpSettings> = {}, secret?: string): Provider =>
  createSmtpProvider({ settings: smtpSettings(port, changes), secret, guard: guardFor(port) });

/** A raw mail as its recipient sees it. */
export const readMail = async (raw: Buffer, to: readonly string[]): Promise<ArrivedMail> => {
  const mail = await PostalMime.parse(raw);
  const replyTo = mail.replyTo?.[0];
  return {
    from: { name: mail.from?.name ?? "", address: mail.from?.address ?? "" },
    to,
    replyTo: replyTo === undefined ? null : { name: replyTo.name, address: replyTo.address ?? "" },
    subject: mail.subject ?? "",
    html: (mail.html ?? "").trim(),
    text: mail.text ?? "",
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
  };
};
