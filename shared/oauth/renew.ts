import type { OAuthState } from "../domain/oauth-state.ts";
import { alertIfDue, warningsKept } from "./alert.ts";
import { issuerClientOf, type Mailbox, needsConsent } from "./mailbox.ts";
import type { IssuedTokens, IssuerAnswer, IssuerClient, Lease, OAuthDeps } from "./ports.ts";
import { consentEnd, type StoredTokens, storeTokens, toStored } from "./tokens.ts";

/** What is known when the lease was taken. State and tokens are those of the settings in force, if there are any. */
export interface Held {
  readonly lease: Lease;
  readonly state: OAuthState | undefined;
  readonly tokens: StoredTokens | undefined;
}

/**
 * How renewing ended. `overtaken`: the mailbox was connected or disconnected meanwhile, and that counts. `no-secret`:
 * an administrator must give the client secret again.
 */
export type Renewed =
  | { readonly kind: "renewed"; readonly tokens: StoredTokens }
  | { readonly kind: "refused" | "unavailable" | "overtaken" | "no-secret" };

/**
 * Gets new tokens from the issuer, under a lease that it gives back. They are stored before anybody uses them, because
 * the refresh token before them may be worthless by now.
 */
export const renew = async (deps: OAuthDeps, mailbox: Mailbox, held: Held): Promise<Renewed> => {
  const client = await issuerClientOf(deps, mailbox);
  if (client === undefined) return giveUp(deps, mailbox, held);
  const answer = await askIssuer(deps, mailbox, client, held.tokens);
  if (answer.kind === "given") return keep(deps, mailbox, held, answer.value);
  const { scope } = mailbox;
  deps.log.warn("oauth.not-renewed", { scope, issuer: mailbox.login.issuer, kind: answer.kind, reason: answer.reason });
  if (answer.kind === "refused") return refuse(deps, mailbox, held);
  await deps.states.giveBack(scope, held.lease, undefined);
  return { kind: "unavailable" };
};

const giveUp = async (deps: OAuthDeps, { scope }: Mailbox, { lease }: Held): Promise<Renewed> => {
  deps.log.warn("oauth.secret-gone", { scope });
  await deps.states.giveBack(scope, lease, undefined);
  return { kind: "no-secret" };
};

const askIssuer = (
  deps: OAuthDeps,
  mailbox: Mailbox,
  client: IssuerClient,
  tokens: StoredTokens | undefined,
): Promise<IssuerAnswer<IssuedTokens>> => {
  if (!needsConsent(mailbox)) return deps.issuers.request(client);
  // Without a refresh token nobody takes the lease for a mailbox that needs consent.
  return deps.issuers.refresh(client, tokens?.refreshToken ?? "");
};

const keep = async (deps: OAuthDeps, mailbox: Mailbox, held: Held, issued: IssuedTokens): Promise<Renewed> => {
  const now = deps.now();
  const tokens = toStored(issued, held.tokens, now);
  const tokenVersionId = await storeTokens(deps, mailbox, tokens);
  if (tokenVersionId === undefined) return giveUp(deps, mailbox, held);
  const before = held.state?.status === "connected" ? held.state : undefined;
  const expiresAt = consentEnd(mailbox, issued, before?.expiresAt ?? null, now);
  const kept = await deps.states.giveBack(mailbox.scope, held.lease, {
    status: "connected",
    binding: mailbox.binding,
    tokenVersionId,
    connectedAt: before?.connectedAt ?? now.toISOString(),
    expiresAt,
    warnedDays: warningsKept(before?.warnedDays ?? [], expiresAt, now),
  });
  if (!kept) return { kind: "overtaken" };
  deps.log.info("oauth.renewed", { scope: mailbox.scope, issuer: mailbox.login.issuer });
  return { kind: "renewed", tokens };
};

/** Notes that consent is over, so that nobody asks again, and tells people. */
const refuse = async (deps: OAuthDeps, mailbox: Mailbox, { lease, state }: Held): Promise<Renewed> => {
  const at = deps.now().toISOString();
  const refused: OAuthState = {
    status: "reconnect-needed",
    binding: mailbox.binding,
    tokenVersionId: state?.tokenVersionId ?? "",
    connectedAt: state?.connectedAt ?? at,
    expiresAt: at,
    // Refused once more is no news.
    warnedDays: state?.status === "reconnect-needed" ? state.warnedDays : [],
  };
  if (!(await deps.states.giveBack(mailbox.scope, lease, refused))) return { kind: "overtaken" };
  await alertIfDue(deps, mailbox, refused);
  return { kind: "refused" };
};
