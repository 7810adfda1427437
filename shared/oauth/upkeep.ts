import type { OAuthState } from "../domain/oauth-state.ts";
import type { Scope } from "../domain/scope.ts";
import { accessToken } from "./access-token.ts";
import { alertIfDue } from "./alert.ts";
import { dropTokens } from "./disconnect.ts";
import { findMailbox, type Mailbox } from "./mailbox.ts";
import type { OAuthDeps } from "./ports.ts";
import { readTokens } from "./tokens.ts";

/** Tokens that nobody renewed for so long are renewed: none dies of idleness, and a revoked consent is seen in a day. */
const RENEW_AFTER_MS = 20 * 3_600_000;

/**
 * Looks after all connected mailboxes: drops what the settings do not name any more, renews what was idle and warns of
 * consent that ends. A mailbox that fails does not keep the others from their turn.
 * @param hasTime whether the run may begin with another mailbox.
 */
export const upkeep = async (deps: OAuthDeps, hasTime: () => boolean): Promise<void> => {
  await deps.consents.sweep(deps.now());
  for (const scope of await deps.states.scopes()) {
    if (!hasTime()) return;
    try {
      await lookAfter(deps, scope);
    } catch (error) {
      deps.log.error("oauth.upkeep-failed", { scope }, error);
    }
  }
};

const lookAfter = async (deps: OAuthDeps, scope: Scope): Promise<void> => {
  const found = await findMailbox(deps, scope);
  const { state } = await deps.states.read(scope);
  if (state === undefined) return;
  if (!found.ok || state.binding !== found.mailbox.binding) {
    await dropTokens(deps, scope, state);
    deps.log.info("oauth.dropped", { scope });
    return;
  }
  if (await isIdle(deps, found.mailbox, state)) await accessToken(deps, scope);
  const { state: current } = await deps.states.read(scope);
  if (current?.binding === found.mailbox.binding) await alertIfDue(deps, found.mailbox, current);
};

const isIdle = async (deps: OAuthDeps, mailbox: Mailbox, state: OAuthState): Promise<boolean> => {
  const tokens = await readTokens(deps, mailbox, state);
  const renewedAt = tokens?.renewedAt ?? state.expiresAt ?? state.connectedAt;
  return deps.now().getTime() - Date.parse(renewedAt) > RENEW_AFTER_MS;
};
