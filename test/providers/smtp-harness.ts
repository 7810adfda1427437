import PostalMime from "postal-mime";
import { onTestFinished } from "vitest";
import type { SmtpSettings } from "../../shared/domain/mail-settings.ts";
import type { Provider } from "../../shared/flow/provider-ports.ts";
import { createEgressGuard, type EgressGuard } from "../../shared/providers/egress.ts";
import { createSmtpProvider } from "../../shared/providers/smtp.ts";
import type { ArrivedMail } from "../contract/provider-suite.ts";
import { type Relay, type RelayOptions, startRelay } from "../fakes/relay.ts";

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
  proxy: null,
  maxConnections: 5,
  maxPerMinute: null,
  ...changes,
});

/** A provider for a server on this machine. */
export const smtpProvider = (port: number, changes: Partial<SmtpSettings> = {}, secret?: string): Provider =>
  createSmtpProvider({ settings: smtpSettings(port, changes), secrets: { login: secret }, guard: guardFor(port) });

/** A relay that ends with the test. */
export const relayWith = async (options: RelayOptions): Promise<Relay> => {
  const relay = await startRelay(options);
  onTestFinished(() => relay.stop());
  return relay;
};

/** Like {@link smtpProvider}; closed at the end of the test. */
export const providerFor = (port: number, settings: Partial<SmtpSettings> = {}, secret?: string): Provider => {
  const provider = smtpProvider(port, settings, secret);
  onTestFinished(() => provider.close());
  return provider;
};

/** A login that test servers know. */
export const LOGIN = { username: "mailer", password: "correct horse battery staple" };

/** Settings that use {@link LOGIN}; its password is the provider's secret. */
export const AS_MAILER = { type: "password", username: LOGIN.username } as const;

/** An error that makes `smtp-server` reply with this number and these words. */
export const refusal = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

/** A raw mail as its recipient sees it. */
export const readMail = async (raw: Buffer, to: readonly string[]): Promise<ArrivedMail> => {
  const mail = await PostalMime.parse(raw);
  const replyTo = mail.replyTo?.[0];
  return {
    from: { name: mail.from?.name ?? "", address: mail.from?.address ?? "" },
    to,
    replyTo: replyTo === undefined ? null : { name: replyTo.name, address: replyTo.address ?? "" },
    subject: mail.subject ?? "",
    // Line ends at the end belong to the transport.
    html: (mail.html ?? "").trimEnd(),
    text: (mail.text ?? "").trimEnd(),
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
  };
};
