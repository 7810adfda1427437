import type sendgrid from "@sendgrid/mail";
import type { SendGridSettings } from "../domain/mail-settings.ts";
import type { Failed, SendOutcome } from "../domain/outcome.ts";
import type { OutgoingMail, Provider } from "../flow/ports.ts";
import { classifySendGridStatus, failed, toRecordableText } from "./classify.ts";
import { mailHeaders } from "./mime.ts";

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
    async send(mail, signal) {
      service ??= openService(options);
      const sent = post(await service, options.apiKey, toMailData(mail));
      return Promise.race([sent, abandoned(signal)]);
    },
  };
};

type MailService = typeof sendgrid;
type MailData = Exclude<Parameters<MailService["send"]>[0], readonly unknown[]>;

/** The library as it is at run time; its types leave out the class and the client within (8.1.6). */
interface ServiceModule {
  readonly MailService: new () => MailService & { readonly client: RequestClient };
}

interface RequestClient {
  setApiKey(apiKey: string): void;
  setDefaultRequest(key: "baseUrl", value: string): void;
  request(data: Record<string, unknown>, done?: unknown): Promise<unknown>;
}

/** An instance of our own: the library's default one would share its key with every tenant of the process. */
const openService = async ({ settings, apiKey, baseUrl, timeoutMs }: SendGridProviderOptions): Promise<MailService> => {
  const { default: library } = await import("@sendgrid/mail");
  const service = new (library as unknown as ServiceModule).MailService();
  const { client } = service;
  client.setApiKey(apiKey);
  // setApiKey resets the base URL, so this comes after it.
  client.setDefaultRequest("baseUrl", baseUrl === "" ? HOSTS[settings.region] : baseUrl);
  service.setTimeout(timeoutMs);
  // The library always posts to /v3/mail/send; the settings may name another path.
  const request = client.request.bind(client);
  client.request = (data, done) => request({ ...data, url: settings.url }, done);
  return service;
};

const post = async (service: MailService, apiKey: string, mail: MailData): Promise<SendOutcome> => {
  try {
    const [response] = await service.send(mail);
    return { kind: "accepted", code: response.statusCode, text: String(response.headers["x-message-id"] ?? "queued") };
  } catch (error) {
    return toFailure(error as RequestError, apiKey);
  }
};

/** The parts of the library's errors that are looked at: `code` is a status, or a system error's name. */
interface RequestError extends Error {
  readonly code?: number | string;
  readonly response?: { readonly headers: Record<string, unknown>; readonly body: unknown };
}

/** System errors that happen before anything was sent. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

const toFailure = (error: RequestError, apiKey: string): Failed => {
  if (error.response !== undefined && typeof error.code === "number") {
    const [failureClass, reason] = classifySendGridStatus(error.code);
    const text = toRecordableText(JSON.stringify(error.response.body ?? ""), [apiKey]);
    const retryAfterSeconds = retryAfterOf(error.response.headers);
    return { ...failed(failureClass, reason, "accepted", text), code: error.code, retryAfterSeconds };
  }
  if (NOT_SENT.has(String(error.code))) {
    return failed("transient", "connection-refused", "connect", "SendGrid cannot be reached.");
  }
  return failed("ambiguous", "possibly-sent", "accepted", "The connection broke before SendGrid confirmed the mail.");
};

/** Seconds SendGrid asks us to wait: `retry-after`, or `x-ratelimit-reset` as a Unix time. */
const retryAfterOf = (headers: Record<string, unknown>): number | undefined => {
  const seconds = Number(headers["retry-after"]);
  if (Number.isFinite(seconds)) return seconds;
  const resetAt = Number(headers["x-ratelimit-reset"]);
  return Number.isFinite(resetAt) ? resetAt - Date.now() / 1000 : undefined;
};

const abandoned = (signal: AbortSignal): Promise<SendOutcome> =>
  new Promise((resolve) => {
    const giveUp = () =>
      resolve(failed("ambiguous", "possibly-sent", "accepted", "SendGrid did not confirm the mail in time."));
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });

const toMailData = (mail: OutgoingMail): MailData => ({
  from: toAddress(mail.from),
  to: { email: mail.to },
  ...(mail.replyTo === null ? {} : { replyTo: toAddress(mail.replyTo) }),
  subject: mail.subject,
  html: mail.html,
  text: mail.text,
  headers: { ...mailHeaders(mail), ...threadHeaders(mail) },
  customArgs: { tidings_delivery: mail.deliveryId },
  // Rewritten links would hide where a button leads.
  trackingSettings: { clickTracking: { enable: false, enableText: false } },
});

const threadHeaders = ({ messageId, references }: OutgoingMail): Record<string, string> => {
  const newest = references.at(-1);
  return {
    "Message-ID": messageId,
    ...(newest === undefined ? {} : { References: references.join(" "), "In-Reply-To": newest }),
  };
};

const toAddress = ({ name, address }: OutgoingMail["from"]) => ({ email: address, ...(name ? { name } : {}) });
