import middy from "@middy/core";
import { readSendGridEvents } from "../../shared/contracts/sendgrid-events.ts";
import {
  isSignedBySendGrid,
  SIGNATURE_HEADER,
  type SignedRequest,
  TIMESTAMP_HEADER,
} from "../../shared/contracts/sendgrid-signature.ts";
import { AppError } from "../../shared/domain/app-error.ts";
import { eventWebhookKeyOf, type StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import { parseScope, type Scope } from "../../shared/domain/scope.ts";
import { type FeedbackDeps, takeFeedback } from "../../shared/flow/feedback.ts";
import { answerProblems } from "../../shared/http/answer-problems.ts";
import type { ApiEvent } from "../../shared/http/api-event.ts";
import { createDispatch, type Endpoints } from "../../shared/http/dispatch.ts";

/** What the function needs. */
export interface FeedbackHandlerDeps extends FeedbackDeps {
  /** The mail settings given at this very scope. */
  readonly settingsAt: (scope: Scope) => Promise<StoredMailSettings | undefined>;
}

/** Answers providers that tell what became of mails. Nobody has a token here: each request proves who made it. */
export const createFeedbackHandler = (deps: FeedbackHandlerDeps) => {
  const endpoints: Endpoints<"feedback"> = {
    takeSendGridEvents: async ({ event }) => {
      const scope = await readSender(deps, event);
      const reports = readSendGridEvents(bodyOf(event).toString("utf8"));
      if (reports === undefined)
        throw new AppError("malformed-body", "The request body must be a JSON list of events.");
      const { heard, busy } = await takeFeedback(deps, scope, reports);
      if (busy > 0)
        throw new AppError("try-again", `${busy} deliveries are being sent right now. Post the events again.`);
      return { body: { received: reports.length, heard } };
    },
  };
  const dispatch = createDispatch(endpoints, NO_CLAIM);
  return middy(async (event: ApiEvent) => dispatch(event)).use(answerProblems(deps.log));
};

/** All its routes are public. */
const NO_CLAIM = "";

/**
 * The scope whose SendGrid account made a request.
 * @throws AppError `unauthenticated`, the same whether the scope, its key or the signature is missing or wrong: who
 * guesses learns nothing about tenants.
 */
const readSender = async ({ settingsAt, log }: FeedbackHandlerDeps, event: ApiEvent): Promise<Scope> => {
  const scope = parseScope(event.pathParameters?.scope ?? "");
  const stored = scope && (await settingsAt(scope));
  const key = stored && eventWebhookKeyOf(stored.settings);
  if (scope !== undefined && key !== undefined && isSignedBySendGrid(key, signedRequest(event))) return scope;
  log.warn("feedback.refused", { scope: scope ?? null, requestId: event.requestContext.requestId });
  throw new AppError(
    "unauthenticated",
    "This takes events that SendGrid signed, for a scope whose mail settings hold its verification key (eventWebhookKey).",
  );
};

const signedRequest = (event: ApiEvent): SignedRequest => ({
  signature: event.headers?.[SIGNATURE_HEADER] ?? "",
  timestamp: event.headers?.[TIMESTAMP_HEADER] ?? "",
  body: bodyOf(event),
});

/** The bytes that were signed: API Gateway hands on what it takes for text as a text. */
const bodyOf = ({ body = "", isBase64Encoded = false }: ApiEvent): Buffer =>
  Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
