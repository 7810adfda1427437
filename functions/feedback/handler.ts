import middy from "@middy/core";
import { readSendGridEvents } from "../../shared/contracts/sendgrid-events.ts";
import {
  isSignedBySendGrid,
  SIGNATURE_HEADER,
  type SignedRequest,
  TIMESTAMP_HEADER,
} from "../../shared/contracts/sendgrid-signature.ts";
import { AppError } from "../../shared/domain/app-error.ts";
import type { FeedbackReport } from "../../shared/domain/feedback-report.ts";
import { eventWebhookKeyOf, type StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import { parseScope, type Scope } from "../../shared/domain/scope.ts";
import { type FeedbackDeps, takeFeedback } from "../../shared/flow/feedback.ts";
import { findSubscription, type UnsubscribeDeps, unsubscribe } from "../../shared/flow/unsubscribe.ts";
import type { Answer } from "../../shared/http/answer.ts";
import { answerProblems } from "../../shared/http/answer-problems.ts";
import type { ApiEvent } from "../../shared/http/api-event.ts";
import { type Call, createDispatch, type Endpoints } from "../../shared/http/dispatch.ts";
import { type Page, pageOf } from "../../shared/http/page.ts";
import { askingPage, donePage, NOT_NOW, UNKNOWN_LINK } from "../../shared/http/unsubscribe-pages.ts";
import { withMetrics } from "../../shared/runtime/metrics.ts";

/** What the function needs. */
export interface FeedbackHandlerDeps extends FeedbackDeps, UnsubscribeDeps {
  /** The mail settings given at this very scope. */
  readonly settingsAt: (scope: Scope) => Promise<StoredMailSettings | undefined>;
}

/**
 * Answers providers that tell what became of mails, and people who want no more of them. Nobody has a token of ours here:
 * each request proves who made it, by a signature or by the link in a mail.
 */
export const createFeedbackHandler = (deps: FeedbackHandlerDeps) => {
  const endpoints: Endpoints<"feedback"> = {
    takeSendGridEvents: async ({ event }) => {
      const request = signedRequest(event);
      const scope = await readSender(deps, event, request);
      const reports = readReports(deps, scope, request);
      const { heard, busy } = await takeFeedback(deps, scope, reports);
      if (busy > 0)
        throw new AppError("try-again", `${busy} deliveries are being sent right now. Post the events again.`);
      return { body: { received: reports.length, heard } };
    },
    // Scanners and previews of mail programs open links: looking changes nothing.
    showUnsubscribe: (call) =>
      answerPerson(deps, call, async (token) => {
        const subscription = await findSubscription(deps, token);
        return subscription && askingPage(subscription);
      }),
    // The body is not looked at: `List-Unsubscribe=One-Click`, as a form or as multipart (RFC 8058 section 3.2), or
    // nothing, from the page. All there is to know is in the token, and only whoever has the mail has that.
    unsubscribe: (call) =>
      answerPerson(deps, call, async (token) => {
        const subscription = await unsubscribe(deps, token);
        return subscription && donePage(subscription);
      }),
  };
  const dispatch = createDispatch(endpoints, NO_CLAIM);
  return middy(async (event: ApiEvent) => withMetrics(deps.metrics, () => dispatch(event))).use(
    answerProblems(deps.log),
  );
};

/** Answers a page: also where there is none for the token, and for failures of ours, which a mail program tries again. */
const answerPerson = async (
  { log, metrics }: FeedbackHandlerDeps,
  { event }: Call,
  find: (token: string) => Promise<Page | undefined>,
): Promise<Answer> => {
  try {
    const page = await find(event.pathParameters?.token ?? "");
    return page === undefined ? { status: 404, html: pageOf(UNKNOWN_LINK) } : { html: pageOf(page) };
  } catch (error) {
    metrics.add({ name: "UnsubscribesFailed", value: 1 });
    log.error("request.failed", { routeKey: event.routeKey, requestId: event.requestContext.requestId }, error);
    return { status: 503, html: pageOf(NOT_NOW) };
  }
};

/** All its routes are public. */
const NO_CLAIM = "";

/** @throws AppError `malformed-body` */
const readReports = (
  { log }: FeedbackHandlerDeps,
  scope: Scope,
  { body }: SignedRequest,
): readonly FeedbackReport[] => {
  const post = readSendGridEvents(body.toString("utf8"));
  if (post === undefined) throw new AppError("malformed-body", "The request body must be a JSON list of events.");
  const { reports, unreadable, nameless } = post;
  if (unreadable > 0) log.error("feedback.unreadable", { scope, count: unreadable });
  if (nameless > 0) log.warn("feedback.nameless", { scope, count: nameless });
  return reports;
};

/**
 * The scope whose SendGrid account made a request.
 * @throws AppError `unauthenticated`, the same whether the scope, its key or the signature is missing or wrong: who
 * guesses learns nothing about tenants.
 */
const readSender = async (
  { settingsAt, log, metrics }: FeedbackHandlerDeps,
  event: ApiEvent,
  request: SignedRequest,
): Promise<Scope> => {
  const scope = parseScope(event.pathParameters?.scope ?? "");
  const stored = scope && (await settingsAt(scope));
  const key = stored && eventWebhookKeyOf(stored.settings);
  if (scope !== undefined && key !== undefined && isSignedBySendGrid(key, request)) return scope;
  metrics.add({ name: "FeedbackRefused", value: 1 });
  log.warn("feedback.refused", {
    scope: scope ?? null,
    cause: causeOf(key, request),
    requestId: event.requestContext.requestId,
  });
  throw new AppError(
    "unauthenticated",
    "This takes events that SendGrid signed, for a scope whose mail settings hold its verification key (eventWebhookKey).",
  );
};

/** Why a request is refused: for the log, and never for whoever made it. */
const causeOf = (key: string | undefined, { signature }: SignedRequest): string => {
  if (key === undefined) return "no-key";
  return signature === "" ? "no-signature" : "bad-signature";
};

/** With the bytes that were signed: API Gateway hands on what it takes for text as a text. */
const signedRequest = ({ headers = {}, body = "", isBase64Encoded = false }: ApiEvent): SignedRequest => ({
  signature: headers[SIGNATURE_HEADER] ?? "",
  timestamp: headers[TIMESTAMP_HEADER] ?? "",
  body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
});
