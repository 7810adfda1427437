import { addressKey, parseAddress } from "../domain/address.ts";
import { hashState } from "./begin-consent.ts";
import { findMailbox, issuerClientOf, type Mailbox } from "./mailbox.ts";
import type { IssuedTokens, OAuthDeps, PendingConsent } from "./ports.ts";
import { consentEnd, storeTokens, toStored } from "./tokens.ts";

/** How a callback ended. `reason` is a sentence of ours for the person at the browser. */
export type FinishedConsent =
  | { readonly kind: "connected" }
  | { readonly kind: "refused" | "unavailable"; readonly reason: string };

const refused = (reason: string): FinishedConsent => ({ kind: "refused", reason });

/**
 * Takes the issuer's answer to a consent that was begun: checks it, changes its code into tokens, stores them and then
 * notes that the mailbox is connected. Whatever the answer is, its state is used up.
 * @param callback the query of the callback.
 */
export const finishConsent = async (deps: OAuthDeps, callback: URLSearchParams): Promise<FinishedConsent> => {
  const state = callback.get("state");
  if (state === null || state === "") return refused("The address of this page lacks its state parameter.");
  const consent = await deps.consents.take(hashState(state));
  if (consent === undefined) return refused("This consent was used already, or was never begun here.");
  if (consent.expiresAt <= deps.now().toISOString()) return refused("This consent came back too late.");
  const found = await findMailbox(deps, consent.scope);
  if (!found.ok || found.mailbox.binding !== consent.binding) {
    return refused("The mail settings were changed since this consent was begun.");
  }
  const client = await issuerClientOf(deps, found.mailbox);
  const verifier = await deps.secrets.read(consent.scope, consent.verifierVersionId);
  if (client === undefined || verifier === undefined) return refused(SECRETS_GONE);
  const request = { redirectUri: deps.redirectUri, state, verifier: verifier.secret };
  const answer = await deps.issuers.redeem(client, request, callback);
  if (answer.kind !== "given") return answer;
  const problem =
    explainMisfit(found.mailbox, answer.value) ?? (await connect(deps, found.mailbox, consent, answer.value));
  if (problem === undefined) return { kind: "connected" };
  // Nobody will ever use them.
  await deps.issuers.revoke(client, answer.value.refreshToken ?? answer.value.accessToken);
  return refused(problem);
};

const SECRETS_GONE = "The secrets of these mail settings were deleted since this consent was begun.";

/** Why tokens are not what the administrator meant, or undefined. */
const explainMisfit = ({ login }: Mailbox, issued: IssuedTokens): string | undefined => {
  const { refreshToken, lacksMail, checksMailbox, mailbox } = issued;
  if (lacksMail) return "The right to send mail was not given: tick the mail permission on the issuer's page.";
  if (refreshToken === null) return "The issuer gave no lasting access (no refresh token).";
  if (!checksMailbox) return undefined;
  if (mailbox === null) return "The issuer does not say which mailbox you signed in as.";
  const [consenting, meant] = [parseAddress(mailbox), parseAddress(login.username)];
  const same = consenting !== undefined && meant !== undefined && addressKey(consenting) === addressKey(meant);
  return same ? undefined : "You signed in as another mailbox than the one in the mail settings.";
};

/** Answers why it could not, or undefined. */
const connect = async (
  deps: OAuthDeps,
  mailbox: Mailbox,
  { by, byName }: PendingConsent,
  issued: IssuedTokens,
): Promise<string | undefined> => {
  const now = deps.now();
  const { scope, binding } = mailbox;
  const tokenVersionId = await storeTokens(deps, mailbox, toStored(issued, undefined, now));
  if (tokenVersionId === undefined) {
    deps.log.warn("oauth.secret-gone", { scope });
    return SECRETS_GONE;
  }
  const { state: before } = await deps.states.read(scope);
  const at = now.toISOString();
  const expiresAt = consentEnd(mailbox, issued, null, now);
  await deps.states.connect(scope, {
    status: "connected",
    binding,
    tokenVersionId,
    connectedAt: at,
    expiresAt,
    warnedDays: [],
  });
  const change = { path: "oauth.status", before: before?.status ?? "not-connected", after: "connected" };
  await deps.audit.record({ scope, at, by, byName, action: "oauthCallback", target: "oauth", changes: [change] });
  return undefined;
};
