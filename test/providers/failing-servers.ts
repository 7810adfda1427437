import { onTestFinished } from "vitest";
import type { SmtpSettings } from "../../shared/domain/mail-settings.ts";
import type { FailureReason, SendPhase } from "../../shared/domain/outcome.ts";
import { settingsOf } from "../fakes/builders.ts";
import { type Certificate, makeAuthority, makeCertificate } from "../fakes/certificates.ts";
import { startHttpProxy } from "../fakes/http-proxy.ts";
import type { RelayOptions } from "../fakes/relay.ts";
import { type Script, startScriptedSmtp } from "../fakes/scripted-smtp-server.ts";
import { startSendGrid } from "../fakes/sendgrid-server.ts";
import { type Situation, settingsFor } from "./doctor.ts";
import { AS_MAILER, HOST, LOGIN, refusal, relayWith, smtpSettings } from "./smtp-harness.ts";

const [authority, strangeAuthority] = await Promise.all([makeAuthority(), makeAuthority()]);

/** What the good servers show. */
export const certificate = await makeCertificate({ hosts: [HOST], authority });

/** A relay, with settings that reach it. */
export const relaySettings = async (options: RelayOptions, changes: Partial<SmtpSettings> = {}): Promise<Situation> => {
  const relay = await relayWith(options);
  return { stored: settingsFor(smtpSettings(relay.port, { caPem: authority.cert, ...changes })) };
};

/** A server that follows a script, with settings that reach it; each wait lasts at most a second. */
export const scripted = async (script: Script, changes: Partial<SmtpSettings> = {}): Promise<Situation> => {
  const server = await startScriptedSmtp(script);
  onTestFinished(() => server.stop());
  return { stored: settingsFor(smtpSettings(server.port, { timeoutMs: 1000, auth: AS_MAILER, ...changes })) };
};

const withProxy = async (behaviour: number): Promise<Situation> => {
  const proxy = await startHttpProxy({ behaviour });
  onTestFinished(() => proxy.stop());
  const route = { url: `http://proxy.globex.example:${proxy.port}`, username: "p" };
  return { stored: settingsFor(smtpSettings(4711, { proxy: route })) };
};

const sendGridAnswering = async (status: number): Promise<Situation> => {
  const server = await startSendGrid();
  onTestFinished(() => server.stop());
  server.answerWith((_call, response) => response.writeHead(status).end(`{"errors":[{"message":"${FOREIGN}"}]}`));
  const provider = { kind: "sendgrid", region: "global", url: "/v3/mail/send" } as const;
  return { stored: settingsFor(provider), sendgridUrl: server.url };
};

const gone = async (): Promise<number> => {
  const server = await startScriptedSmtp({});
  await server.stop();
  return server.port;
};

const withCertificate = async (make: () => Promise<Certificate>, changes: Partial<SmtpSettings> = {}) =>
  relaySettings({ security: "implicit", certificate: await make() }, { security: "implicit", ...changes });

const OAUTH = {
  type: "oauth2",
  username: "ci@acme.example",
  issuer: "google",
  grant: "authorization_code",
  clientId: "client",
  directoryId: null,
} as const;

/** Words of a server that must not be shown to anybody. */
const FOREIGN = "internal-host.corp says hello";

const STARTTLS_LOGIN: RelayOptions = { security: "none", login: LOGIN };
const OFFERS_TOKENS = { EHLO: "250-scripted.example\r\n250 AUTH XOAUTH2" };

/** A way to fail. */
export interface Row {
  readonly title: string;
  readonly code: FailureReason;
  readonly step: SendPhase;
  readonly situation: () => Promise<Situation> | Situation;
}

/** Every way to fail, each by a real server that behaves so. */
// biome-ignore format: one situation a line reads as the table it is.
export const FAILING_SERVERS: readonly Row[] = [
  { title: "a missing password", code: "credentials-required", step: "settings", situation: () => ({ stored: settingsOf("acme", { provider: smtpSettings(587, { auth: AS_MAILER }) }) }) },
  { title: "a target inside", code: "target-refused", step: "dns", situation: () => ({ stored: settingsFor(smtpSettings(587)), allowed: [] }) },
  { title: "a name nobody knows", code: "name-not-found", step: "dns", situation: () => ({ stored: settingsFor(smtpSettings(587)), resolve: () => Promise.reject(new Error("ENOTFOUND")) }) },
  { title: "a port nobody listens at", code: "connection-refused", step: "connect", situation: async () => ({ stored: settingsFor(smtpSettings(await gone())) }) },
  { title: "a proxy that wants another login", code: "proxy-refused", step: "connect", situation: () => withProxy(407) },
  { title: "a proxy that cannot connect", code: "proxy-failed", step: "connect", situation: () => withProxy(502) },
  { title: "a server that never greets", code: "no-greeting", step: "greeting", situation: () => scripted({ greeting: "stall" }) },
  { title: "a server that begins a greeting for ever", code: "no-greeting", step: "greeting", situation: () => scripted({ greeting: "trickle" }) },
  { title: "a server that falls silent", code: "timeout", step: "greeting", situation: () => scripted({ EHLO: "stall" }) },
  { title: "a server that trickles its EHLO", code: "timeout", step: "greeting", situation: () => scripted({ EHLO: "trickle" }) },
  { title: "a server that hangs up", code: "connection-lost", step: "greeting", situation: () => scripted({ EHLO: "close" }) },
  { title: "a web server", code: "not-smtp", step: "greeting", situation: () => scripted({ greeting: `HTTP/1.1 400 ${FOREIGN}` }) },
  { title: "a server that is closed", code: "server-unavailable", step: "greeting", situation: () => scripted({ greeting: `554 ${FOREIGN}` }) },
  { title: "no STARTTLS", code: "tls-not-offered", step: "tls", situation: () => relaySettings(STARTTLS_LOGIN, { security: "starttls" }) },
  { title: "STARTTLS that is put off", code: "tls-failed", step: "tls", situation: () => scripted({ EHLO: "250 STARTTLS", STARTTLS: `454 ${FOREIGN}` }, { security: "starttls" }) },
  { title: "plain SMTP where TLS was asked for", code: "tls-expected-later", step: "tls", situation: () => relaySettings({ security: "starttls", certificate }, { security: "implicit" }) },
  { title: "TLS 1.2 where 1.3 is the least", code: "tls-too-old", step: "tls", situation: () => relaySettings({ security: "implicit", certificate, server: { maxVersion: "TLSv1.2" } }, { security: "implicit", minTlsVersion: "1.3" }) },
  { title: "a server of TLS 1.1", code: "tls-too-old", step: "tls", situation: () => relaySettings({ security: "implicit", certificate, server: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } }, { security: "implicit" }) },
  { title: "an expired certificate", code: "certificate-expired", step: "tls", situation: () => withCertificate(() => makeCertificate({ hosts: [HOST], authority, expired: true })) },
  { title: "a self-signed certificate", code: "certificate-self-signed", step: "tls", situation: () => withCertificate(() => makeCertificate({ hosts: [HOST] })) },
  { title: "a certificate for another name", code: "certificate-wrong-name", step: "tls", situation: () => withCertificate(() => makeCertificate({ hosts: ["other.example"], authority })) },
  { title: "a certificate of an unknown authority", code: "certificate-untrusted", step: "tls", situation: () => withCertificate(() => makeCertificate({ hosts: [HOST], authority: strangeAuthority })) },
  { title: "an untrusted certificate by STARTTLS", code: "certificate-untrusted", step: "tls", situation: () => relaySettings({ security: "starttls", certificate }, { security: "starttls", caPem: null }) },
  { title: "a wrong password", code: "login-refused", step: "auth", situation: async () => ({ ...(await relaySettings({ security: "implicit", certificate, login: LOGIN }, { security: "implicit", auth: AS_MAILER })), secret: "wrong" }) },
  { title: "no login offered", code: "login-not-offered", step: "auth", situation: () => relaySettings({ security: "implicit", certificate }, { security: "implicit", auth: AS_MAILER }) },
  { title: "a mailbox that is not connected", code: "oauth-not-connected", step: "auth", situation: () => scripted(OFFERS_TOKENS, { auth: OAUTH }) },
  { title: "consent that is over", code: "oauth-refused", step: "auth", situation: async () => ({ ...(await scripted(OFFERS_TOKENS, { auth: OAUTH })), token: { ok: false, reason: "oauth-refused", message: "Consent is over." } }) },
  { title: "an issuer out of reach", code: "oauth-unavailable", step: "auth", situation: async () => ({ ...(await scripted(OFFERS_TOKENS, { auth: OAUTH })), token: { ok: false, reason: "oauth-unavailable", message: "The issuer is down." } }) },
  { title: "a token the server refuses", code: "oauth-refused", step: "auth", situation: async () => ({ ...(await scripted({ ...OFFERS_TOKENS, AUTH: "535 5.7.8 no" }, { auth: OAUTH })), token: { ok: true, accessToken: "t", expiresAt: "2026-11-20T13:00:00Z" } }) },
  { title: "a sender that is refused", code: "sender-refused", step: "sender", situation: () => relaySettings({ security: "none", server: { onMailFrom: (_a, _s, done) => done(refusal(550, FOREIGN)) } }) },
  { title: "a recipient that is refused", code: "recipient-refused", step: "recipient", situation: () => relaySettings({ security: "none", server: { onRcptTo: (_a, _s, done) => done(refusal(550, FOREIGN)) } }) },
  { title: "a mail that is refused", code: "message-refused", step: "accepted", situation: () => scripted({ dot: `554 5.7.1 ${FOREIGN}` }) },
  { title: "a mail that is too large", code: "message-too-large", step: "sender", situation: () => relaySettings({ security: "none", server: { size: 10 } }) },
  { title: "too many mails", code: "rate-limited", step: "recipient", situation: () => scripted({ RCPT: `454 4.7.0 ${FOREIGN}` }) },
  { title: "a mail without an answer", code: "possibly-sent", step: "accepted", situation: () => scripted({ dot: "trickle" }) },
  { title: "an API key nobody knows", code: "api-key-refused", step: "auth", situation: () => sendGridAnswering(401) },
  { title: "an API key that may not send", code: "api-forbidden", step: "auth", situation: () => sendGridAnswering(403) },
];
