import type { ProviderSettings, SmtpSettings } from "./mail-settings.ts";
import type { FailureReason } from "./outcome.ts";
import { IMPLICIT_TLS_PORT } from "./security.ts";

/** A sentence or two that tell a person what to do. What a server said never becomes part of it. */
type Advice = string | ((provider: ProviderSettings) => string);

const ofServer =
  (advise: (smtp: SmtpSettings) => string, otherwise: string): Advice =>
  (provider) =>
    provider.kind === "smtp" ? advise(provider) : otherwise;

const adviseGreeting = ({ port, security }: SmtpSettings): string => {
  if (security !== "implicit") {
    const usual = port === IMPLICIT_TLS_PORT ? `Port ${port} speaks` : `Perhaps port ${port} speaks`;
    return `${usual} TLS from the first byte and waits for it: set security to implicit, or use port 587 with starttls.`;
  }
  return "The server is overloaded or keeps unknown clients waiting. Try again later, or ask whoever runs it.";
};

const adviseStartTls = ({ port, security }: SmtpSettings): string =>
  security === "implicit"
    ? `Port ${port} speaks STARTTLS, you asked for implicit TLS: set security to starttls, or use port 465.`
    : `Port ${port} answers STARTTLS with something else than TLS. Check the host and the port.`;

const ADVICE: Readonly<Record<FailureReason, Advice>> = {
  "no-mail-settings": "Give this scope mail settings in mode own, or ask for some at a scope above.",
  "credentials-required":
    "Give the missing secret with PUT mail-settings/credentials. After a change of host, port, user name, proxy or OAuth client it has to be given again.",
  "oauth-not-connected": "Connect the mailbox: POST mail-settings/oauth/authorize, and open the page it answers.",
  "oauth-refused":
    "Connect the mailbox again, and check that the user name is the connected mailbox and may send with SMTP.",
  "oauth-unavailable": "The sign-in service cannot be reached just now. Mails wait and are tried again; test later.",
  "target-refused":
    "Use the public name of a mail server and one of the ports for mail. For anything else the operator has to add the host and port to egress.allowedTargets.",
  "name-not-found": "Check the spelling of the host. The name has to be known in public DNS.",
  "proxy-refused":
    "Check the proxy's user name and password, and that it allows connections to the mail server's port.",
  "proxy-failed": "Check the proxy's URL, its scheme (http, https or socks5) and that it reaches the mail server.",
  "connection-refused": ofServer(
    ({ host, port }) => `Nothing listens at port ${port} of ${host}. Check both; a firewall may also refuse.`,
    "SendGrid cannot be reached just now. Mails wait and are tried again.",
  ),
  "connection-lost":
    "The connection broke. If it happens again, the server or a firewall on the way does not want us: ask whoever runs it.",
  timeout: ofServer(
    ({ host, port }) =>
      `${host} did not answer in time at port ${port}. A firewall may swallow the connection; a slow server may need a longer timeoutMs.`,
    "SendGrid did not answer in time. Mails wait and are tried again.",
  ),
  "no-greeting": ofServer(adviseGreeting, "The server did not answer."),
  "not-smtp": ofServer(
    ({ host, port }) => `What answers at port ${port} of ${host} is no mail server. Check both.`,
    "What answered is no mail server.",
  ),
  "server-unavailable": "The server cannot take mail just now. Mails wait and are tried again; test later.",
  "tls-not-offered": ofServer(
    ({ port }) =>
      `The server offers no STARTTLS at port ${port}. Use port 465 with security implicit, or ask whoever runs it.`,
    "The server offers no TLS.",
  ),
  "tls-expected-later": ofServer(adviseStartTls, "The server does not speak TLS."),
  "tls-too-old":
    "The server's newest TLS version is older than minTlsVersion. Have the server updated, or lower minTlsVersion to 1.2 if it is 1.3.",
  "tls-failed": "No secure connection could be made. Ask whoever runs the server to check its TLS set-up.",
  "certificate-expired":
    "Today is not within the certificate's dates. Have it renewed; nothing in the settings can help.",
  "certificate-self-signed": "Give the server's certificate as caPem if you trust it, or have it replaced.",
  "certificate-wrong-name": ofServer(
    ({ host }) => `The certificate is not for ${host}. Use the name it is for as host, or have it replaced.`,
    "The certificate is for another name.",
  ),
  "certificate-untrusted":
    "Give the certificate of the authority that issued it as caPem. If it is a public one, the server leaves out its intermediate certificates.",
  "login-refused":
    "Check the user name and password. Many providers want an app password or API key here, and some have to allow SMTP login first.",
  "login-not-offered":
    "The server offers no login that fits. Check that the connection is encrypted, the port is for submission, and auth.type is what the server wants.",
  "api-key-refused": "SendGrid does not know the API key. Give a new one with PUT mail-settings/credentials.",
  "api-forbidden":
    "SendGrid knows the API key, but it may not send so: give it the permission Mail Send, and verify the sender address or its domain.",
  "sender-refused": "The server does not let this login send from the address in from. Use one that belongs to it.",
  "recipient-refused":
    "The server does not take mail for this recipient. Check the address, or that the server relays.",
  "message-refused":
    "The server took the login but not the mail: its policy or spam filter said no. Ask whoever runs it.",
  "message-too-large": "The mail is larger than the server takes.",
  "rate-limited":
    "The server takes no more mails for the moment. Mails wait and are tried again; a provider may raise the rate on request.",
  "possibly-sent":
    "The server had the whole mail and did not confirm it. Look whether it arrived before sending it again.",
  unknown: "Something unexpected happened. Test again; if it stays, give the operator the time of this test.",
};

/** What a person can do about a failure, for the provider it happened with. */
export const adviceFor = (reason: FailureReason, provider: ProviderSettings | undefined): string => {
  const advice = ADVICE[reason];
  if (typeof advice === "string") return advice;
  return provider === undefined ? "Check the mail settings." : advice(provider);
};
