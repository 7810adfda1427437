import { apiSourceOf, EMAIL_REQUESTED } from "../contracts/bus.ts";
import { parseEmailRequest } from "../contracts/email-request.ts";
import { AppError } from "../domain/app-error.ts";
import type { Message } from "../domain/message.ts";
import { type Scope, tenantOf } from "../domain/scope.ts";
import { expectPlace } from "./given-event.ts";
import { type PublishDeps, publishDetail } from "./publish-event.ts";
import { getScope } from "./scopes.ts";

/** What asking for a message needs. */
export interface SendMessageDeps extends PublishDeps {
  /** Why the message cannot be made by the template it names, as a sentence; undefined when it can. */
  readonly explainTemplate: (message: Message) => Promise<string | undefined>;
}

/**
 * Asks for a direct message as a publisher of its tenant would; the intake then decides about it. Its scope is the
 * path's unless it names one below; its id is made up unless it has one.
 * @returns the message's id, by which it can be looked up among the events as soon as it was taken in.
 * @throws AppError `not-found`, `invalid-input` or `payload-too-large`; Error when the bus did not take it
 */
export const sendMessage = async (
  deps: SendMessageDeps,
  scope: Scope,
  given: Readonly<Record<string, unknown>>,
): Promise<string> => {
  await getScope(deps, scope);
  const detail = { ...given, scope: given.scope ?? scope, id: given.id ?? deps.newId() };
  const message = readMessage(deps, scope, detail);
  await expectPlace(deps, scope, message.scope, "scope");
  await expectTemplate(deps, message);
  await publishDetail(deps, tenantOf(message.scope), EMAIL_REQUESTED, detail);
  return message.id;
};

const expectTemplate = async ({ explainTemplate }: SendMessageDeps, message: Message): Promise<void> => {
  const problem = await explainTemplate(message);
  if (problem === undefined) return;
  throw new AppError("invalid-input", "The request body is not acceptable.", [{ path: "template", message: problem }]);
};

const readMessage = ({ now }: PublishDeps, scope: Scope, detail: { readonly id: unknown }): Message => {
  const parsed = parseEmailRequest({
    id: String(detail.id),
    source: apiSourceOf(tenantOf(scope)),
    detailType: EMAIL_REQUESTED,
    time: now().toISOString(),
    detail,
  });
  if (!parsed.ok) throw new AppError("invalid-input", "The request body is not acceptable.", parsed.issues);
  return parsed.message;
};
