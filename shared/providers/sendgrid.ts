import type sendgrid from "@sendgrid/mail";
import { DELIVERY_ARGUMENT, SCOPE_ARGUMENT } from "../contracts/sendgrid-events.ts";
import type { SendGridSettings } from "../domain/mail-settings.ts";
import type { Attachment } from "../domain/message.ts";
import type { Failed, SendOutcome } from "../domain/outcome.ts";
import { toRecordableText } from "../domain/recordable-text.ts";
import type { OutgoingMail, Provider } from "../flow/provider-ports.ts";
import { classifySendGridStatus, failed } from "./classify.ts";
import { mailHeaders } from "./mime.ts";
import { startStepClock } from "./step-clock.ts";
import { certainTlsProblemOf } from "./tls-error.ts";

/** SendGrid's public hosts by region (SendGrid "Global and EU regions", read 2026-11-20). */
const HOSTS = { global: "https://api.sendgrid.com", eu: "https://api.eu.sendgrid.com" } as const;

/** What sending through SendGrid needs. */
export interface SendGridProviderOptions {
  readonly settings: SendGridSettings;
  readonly apiKey: string;
  /** Another host than SendGrid's own, set by the operator. Empty: the region decides. */
  readonly baseUrl: string;
  /** Bound of one request. The send's own signal usually fires first. */
  readonly timeoutMs: number;
}

/** Sends through SendGrid's v3 API. The library is loaded with the first mail: tenants on SMTP do not pay for it. */
export const createSendGridProvider = (options: SendGridProviderOptions): Provider => {
  let service: Promise<MailService> | undefined;
  return {
    kind: "sendgrid",
    close() {},
    async send(mail, signal, watch) {
      service ??= openService(options);
      const opened = await service.catch((error: unknown) => {
        service = undefined;
        throw error;
      });
      const steps = startStepClock(watch);
      const outcome = signal.aborted ? NO_TIME : await post(opened, options.apiKey, mail, signal);
      // One request is all there is to see: an answer means that the connection stands.
      if (outcome.code !== null) steps.passed("connect");
      if (outcome.code !== null && !isAboutTheKey(outcome)) steps.passed("auth");
      steps.ended(outcome);
      return outcome;
    },
  };
};

const NO_TIME = failed("transient", "timeout", "connect", "There was no time left to ask SendGrid.");

const isAboutTheKey = (outcome: SendOutcome): boolean => outcome.kind === "failed" && outcome.phase === "auth";

/** The library as it is at run time; its types leave out the class and the client within (8.1.6). */
interface MailService {
  readonly client: RequestClient;
  setTimeout(timeoutMs: number): void;
  send: Library["send"];
}

type Library = typeof sendgrid;
type MailData = Exclude<Parameters<Library["send"]>[0], readonly unknown[]>;

interface RequestClient {
  setApiKey(apiKey: string): void;
  setDefaultRequest(key: string, value: unknown): void;
  request(data: Record<string, unknown>, done?: unknown): Promise<unknown>;
}

/** An instance of our own: the library's default one would share its key with every tenant of the process. */
const openService = async ({ settings, apiKey, baseUrl, timeoutMs }: SendGridProviderOptions): Promise<MailService> => {
  const { default: library } = await import("@sendgrid/mail");
  const Service: new () => MailService = Reflect.get(library, "MailService");
  const service = new Service();
  const { client } = service;
  client.setApiKey(apiKey);
  // setApiKey resets the base URL, so this comes after it.
  client.setDefaultRequest("baseUrl", baseUrl === "" ? HOSTS[settings.region] : baseUrl);
  // Following a redirect would turn the POST into a GET, whose success means nothing.
  client.setDefaultRequest("maxRedirects", 0);
  service.setTimeout(timeoutMs);
  // The library always posts to /v3/mail/send; the settings may name another path.
  const request = client.request.bind(client);
  client.request = (data, done) => request({ ...data, url: settings.url }, done);
  return service;
};

const post = async (
  service: MailService,
  apiKey: string,
  mail: OutgoingMail,
  signal: AbortSignal,
): Promise<SendOutcome> => {
  try {
    // The library has no signal of its own; it copies the defaults while `send` is called, so sends do not mix.
    service.client.setDefaultRequest("signal", signal);
    const [response] = await service.send(toMailData(mail));
    return { kind: "accepted", code: response.statusCode, text: String(response.headers["x-message-id"] ?? QUEUED) };
  } catch (error) {
    return unreadAcceptance(error as RequestError) ?? toFailure(error as RequestError, apiKey);
  }
};

/** What is recorded of a mail that SendGrid took without naming it. */
const QUEUED = "queued";

/** The parts of the library's errors that are looked at: `code` is a status, or a system error's name. */
interface RequestError extends Error {
  readonly code?: number | string;
  /** Set on what went wrong with a request, by the HTTP client within. */
  readonly isAxiosError?: boolean;
  readonly response?: { readonly status?: number; readonly headers: Record<string, unknown>; readonly body?: unknown };
}

/** System errors of looking up the name. */
const NOT_FOUND = new Set(["ENOTFOUND", "EAI_AGAIN"]);

/** System errors of connecting: nothing was sent. */
const NOT_SENT = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"]);

/** A success whose body broke off or cannot be read: the status says it all, and asking again would double the mail. */
const unreadAcceptance = ({ response }: RequestError): SendOutcome | undefined => {
  const { status = 0 } = response ?? {};
  return status >= 200 && status < 300 ? { kind: "accepted", code: status, text: QUEUED } : undefined;
};

const toFailure = (error: RequestError, apiKey: string): Failed => {
  const { response } = error;
  const status = typeof error.code === "number" ? error.code : response?.status;
  if (response !== undefined && status !== undefined) {
    const [failureClass, reason] = classifySendGridStatus(status);
    const text = toRecordableText(JSON.stringify(response.body ?? ""), [apiKey]);
    const retryAfterSeconds = retryAfterOf(status, response.headers);
    const phase = status === 401 || status === 403 ? "auth" : "accepted";
    return { ...failed(failureClass, reason, phase, text), code: status, retryAfterSeconds };
  }
  if (NOT_FOUND.has(String(error.code))) {
    return failed("transient", "name-not-found", "dns", "SendGrid's host name does not lead to any address.");
  }
  if (NOT_SENT.has(String(error.code))) {
    return failed("transient", "connection-refused", "connect", "SendGrid cannot be reached.");
  }
  const tlsProblem = certainTlsProblemOf(String(error.code));
  if (tlsProblem !== undefined) return failed("config", tlsProblem.reason, "tls", tlsProblem.text);
  if (error.isAxiosError !== true) {
    return failed("transient", "unknown", "settings", "The mail could not be put into the form that SendGrid takes.");
  }
  return failed("ambiguous", "possibly-sent", "accepted", "SendGrid did not confirm the mail.");
};

/**
 * Seconds SendGrid asks us to wait: `retry-after` in seconds or as a date (RFC 9110 section 10.2.3), or with 429
 * `x-ratelimit-reset` as a Unix time, which other answers carry too and mean nothing by.
 */
const retryAfterOf = (status: number, headers: Record<string, unknown>): number | undefined => {
  const nowSeconds = Date.now() / 1000;
  const after = headers["retry-after"];
  const waits = [Number(after), Date.parse(String(after)) / 1000 - nowSeconds];
  const resetAt = status === 429 ? Number(headers["x-ratelimit-reset"]) : Number.NaN;
  return [...waits, resetAt - nowSeconds].find(Number.isFinite);
};

/** SendGrid sends to whoever stands in the headers, so that these name the one recipient only. */
const toMailData = (mail: OutgoingMail): MailData => ({
  from: toAddress(mail.from),
  to: { email: mail.to },
  ...(mail.replyTo === null ? {} : { replyTo: toAddress(mail.replyTo) }),
  subject: mail.subject,
  html: mail.html,
  text: mail.text,
  headers: { ...mailHeaders(mail), ...threadHeaders(mail) },
  // An empty list is refused.
  ...(mail.attachments?.length ? { attachments: mail.attachments.map(toFile) } : {}),
  customArgs: { [DELIVERY_ARGUMENT]: mail.deliveryId, [SCOPE_ARGUMENT]: mail.scope },
  trackingSettings: {
    // Rewritten links would hide where a button leads.
    clickTracking: { enable: false, enableText: false },
    // SendGrid's own link would take the place of ours, and stop the mails as well that somebody asked for.
    subscriptionTracking: { enable: false },
  },
});

const toFile = ({ filename, contentType, content }: Attachment) => ({
  filename,
  type: contentType,
  content,
  disposition: "attachment",
});

const threadHeaders = ({ messageId, references }: OutgoingMail): Record<string, string> => {
  const newest = references.at(-1);
  return {
    "Message-ID": messageId,
    ...(newest === undefined ? {} : { References: references.join(" "), "In-Reply-To": newest }),
  };
};

const toAddress = ({ name, address }: OutgoingMail["from"]) => ({ email: address, ...(name ? { name } : {}) });
