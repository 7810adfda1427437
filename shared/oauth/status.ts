import { type OAuthStatus, oauthStatusAt } from "../domain/oauth-state.ts";
import type { Scope } from "../domain/scope.ts";
import { adviceOn } from "./alert.ts";
import { expectScope, findMailbox, type Mailbox, needsConsent } from "./mailbox.ts";
import type { OAuthDeps } from "./ports.ts";

/** Where a scope's mailbox stands, for administrators. */
export interface MailboxStatus {
  readonly scope: Scope;
  readonly status: OAuthStatus;
  /** What to register with the issuer before anybody can consent. */
  readonly redirectUri: string;
  readonly issuer: string | null;
  readonly grant: string | null;
  /** The mailbox that mails are sent as. */
  readonly username: string | null;
  readonly connectedAt: string | null;
  /** When consent ends, null when it does not or nobody knows. */
  readonly expiresAt: string | null;
  /** What an administrator should do now; null for nothing. */
  readonly nextStep: string | null;
}

/** @throws AppError `not-found` */
export const mailboxStatus = async (
  deps: Pick<OAuthDeps, "config" | "states" | "redirectUri" | "now">,
  scope: Scope,
): Promise<MailboxStatus> => {
  await expectScope(deps, scope);
  const found = await findMailbox(deps, scope);
  const { redirectUri } = deps;
  const known = { scope, redirectUri, ...describeLogin(found.ok ? found.mailbox.login : found.login) };
  if (!found.ok) {
    return { ...known, status: "not-connected", connectedAt: null, expiresAt: null, nextStep: found.message };
  }
  const { state } = await deps.states.read(scope);
  const status = oauthStatusAt(state, found.mailbox.binding, deps.now());
  const ours = status === "not-connected" ? undefined : state;
  return {
    ...known,
    status,
    connectedAt: ours?.connectedAt ?? null,
    expiresAt: ours?.expiresAt ?? null,
    nextStep: nextStep(found.mailbox, status),
  };
};

const describeLogin = (login: Mailbox["login"] | undefined) => ({
  issuer: login?.issuer ?? null,
  grant: login?.grant ?? null,
  username: login?.username ?? null,
});

const nextStep = (mailbox: Mailbox, status: OAuthStatus): string | null => {
  if (status === "connected") return null;
  if (status !== "not-connected") return adviceOn(mailbox);
  const path = `/v1/scopes/${mailbox.scope}/mail-settings`;
  return needsConsent(mailbox)
    ? `Register the redirect URI with the issuer, then POST ${path}/oauth/authorize and open the page it answers.`
    : `The first mail connects the mailbox: POST ${path}/test tries it out.`;
};
