import { randomUUID } from "node:crypto";
import type { AccessTokenAnswer } from "../contracts/access-token.ts";
import type { OAuthState } from "../domain/oauth-state.ts";
import type { Scope } from "../domain/scope.ts";
import { adviceOn } from "./alert.ts";
import { findMailbox, type Mailbox, needsConsent, secretMissing } from "./mailbox.ts";
import type { Lease, OAuthDeps } from "./ports.ts";
import { renew } from "./renew.ts";
import { isGood, readTokens, type StoredTokens } from "./tokens.ts";

/** How long one holder may take to renew tokens: two requests with their timeouts, and the writes. */
const LEASE_MS = 25_000;

/** How long a caller waits for another one that renews the tokens, and how often it looks. */
const WAIT_MS = 20_000;
const POLL_MS = 150;

/** How long an application without consent that was refused is left alone; its rights can take hours to spread. */
const REST_MS = 3_600_000;

/**
 * An access token for the mailbox of a scope. A stored one is used while it is good. Then one caller renews it under a
 * lease while all others wait for what it stores, so that a rotated refresh token is used once and never lost.
 */
export const accessToken = async (deps: OAuthDeps, scope: Scope): Promise<AccessTokenAnswer> => {
  const found = await findMailbox(deps, scope);
  if (!found.ok) return notConnected(found.message);
  const giveUpAtMs = deps.now().getTime() + WAIT_MS;
  let waitedFor: string | undefined;
  while (deps.now().getTime() < giveUpAtMs) {
    const step = await takeStep(deps, found.mailbox, waitedFor);
    if (step.kind === "answer") return step.answer;
    waitedFor = step.tokenVersionId;
    await deps.sleep(POLL_MS);
  }
  return UNAVAILABLE;
};

/** An answer, or the tokens that somebody else is renewing just now; empty for those of none. */
type Step =
  | { readonly kind: "answer"; readonly answer: AccessTokenAnswer }
  | { readonly kind: "busy"; readonly tokenVersionId: string };

const takeStep = async (deps: OAuthDeps, mailbox: Mailbox, waitedFor: string | undefined): Promise<Step> => {
  const { state: stored, leaseUntil } = await deps.states.read(mailbox.scope);
  const state = stored?.binding === mailbox.binding ? stored : undefined;
  const tokens = state === undefined ? undefined : await readTokens(deps, mailbox, state);
  const atOnce = answerAtOnce(deps, mailbox, state, tokens);
  if (atOnce !== undefined) return { kind: "answer", answer: atOnce };
  const tokenVersionId = stored?.tokenVersionId ?? "";
  // Whoever held the lease gave it back without new tokens: the issuer failed just now, and would fail again.
  if (waitedFor === tokenVersionId && leaseUntil === null) return { kind: "answer", answer: UNAVAILABLE };
  const lease = newLease(deps.now());
  const taken = await deps.states.take(mailbox.scope, lease, stored, deps.now());
  if (!taken) return { kind: "busy", tokenVersionId };
  const answer = await renewUnderLease(deps, mailbox, { lease, state, tokens });
  return answer === undefined ? { kind: "busy", tokenVersionId } : { kind: "answer", answer };
};

/** The answer when it needs nothing of the issuer: a good token, or that there can be none. */
const answerAtOnce = (
  { now }: Pick<OAuthDeps, "now">,
  mailbox: Mailbox,
  state: OAuthState | undefined,
  tokens: StoredTokens | undefined,
): AccessTokenAnswer | undefined => {
  if (state?.status === "reconnect-needed" && !mayTryAgain(mailbox, state, now())) return refusedFor(mailbox);
  if (needsConsent(mailbox) && (tokens?.refreshToken ?? null) === null) {
    return notConnected(`Nobody has connected the mailbox for these settings. ${adviceOn(mailbox)}`);
  }
  return tokens !== undefined && isGood(tokens, now()) ? given(tokens) : undefined;
};

/** Consent that is over comes back by consent only. An application's rights can be mended at the issuer. */
const mayTryAgain = (mailbox: Mailbox, { expiresAt }: OAuthState, now: Date): boolean =>
  !needsConsent(mailbox) && expiresAt !== null && now.getTime() - Date.parse(expiresAt) > REST_MS;

const renewUnderLease = async (
  deps: OAuthDeps,
  mailbox: Mailbox,
  held: { readonly lease: Lease; readonly state: OAuthState | undefined; readonly tokens: StoredTokens | undefined },
): Promise<AccessTokenAnswer | undefined> => {
  try {
    const renewed = await renew(deps, mailbox, held);
    switch (renewed.kind) {
      case "renewed":
        return given(renewed.tokens);
      case "refused":
        return refusedFor(mailbox);
      case "unavailable":
        return UNAVAILABLE;
      case "no-secret":
        return { ok: false, reason: "credentials-required", message: secretMissing(mailbox) };
      case "overtaken":
        return undefined;
    }
  } catch (error) {
    await deps.states.giveBack(mailbox.scope, held.lease, undefined);
    throw error;
  }
};

const newLease = (now: Date): Lease => ({
  id: randomUUID(),
  until: new Date(now.getTime() + LEASE_MS).toISOString(),
});

const given = ({ accessToken: token, accessExpiresAt }: StoredTokens): AccessTokenAnswer => ({
  ok: true,
  accessToken: token,
  expiresAt: accessExpiresAt,
});

const notConnected = (message: string): AccessTokenAnswer => ({ ok: false, reason: "oauth-not-connected", message });

const refusedFor = (mailbox: Mailbox): AccessTokenAnswer => ({
  ok: false,
  reason: "oauth-refused",
  message: `The issuer refuses to let Tidings send as the mailbox. ${adviceOn(mailbox)}`,
});

const UNAVAILABLE: AccessTokenAnswer = {
  ok: false,
  reason: "oauth-unavailable",
  message: "The OAuth issuer could not be reached, or did not answer as it should. It will be asked again.",
};
