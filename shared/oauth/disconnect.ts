import type { Actor } from "../admin/ports.ts";
import type { OAuthState } from "../domain/oauth-state.ts";
import type { Scope } from "../domain/scope.ts";
import { expectScope, findMailbox, issuerClientOf } from "./mailbox.ts";
import type { OAuthDeps } from "./ports.ts";
import { readTokens } from "./tokens.ts";

/**
 * Ends the consent of a scope's mailbox: at the issuer where that is possible, and here. A mailbox that is not
 * connected is disconnected already.
 * @throws AppError `not-found`
 */
export const disconnect = async (deps: OAuthDeps, scope: Scope, actor: Actor): Promise<void> => {
  await expectScope(deps, scope);
  const { state } = await deps.states.read(scope);
  if (state === undefined) return;
  await revoke(deps, scope, state);
  await deps.states.forget(scope);
  await blank(deps, scope, state);
  await deps.audit.record({
    scope,
    at: actor.at.toISOString(),
    by: actor.by,
    byName: actor.byName ?? null,
    action: "deleteOAuth",
    target: "oauth",
    changes: [{ path: "oauth.status", before: state.status, after: "not-connected" }],
  });
};

/** Drops tokens that the settings have no use for any more, unless others took their place meanwhile. */
export const dropTokens = async (deps: OAuthDeps, scope: Scope, state: OAuthState): Promise<void> => {
  if (await deps.states.forget(scope, state)) await blank(deps, scope, state);
};

/** Makes the tokens worthless at the issuer. */
const revoke = async (deps: OAuthDeps, scope: Scope, state: OAuthState): Promise<void> => {
  const found = await findMailbox(deps, scope);
  if (!found.ok) return;
  const tokens = await readTokens(deps, found.mailbox, state);
  const client = await issuerClientOf(deps, found.mailbox);
  const refreshToken = tokens?.refreshToken ?? null;
  if (client !== undefined && refreshToken !== null) await deps.issuers.revoke(client, refreshToken);
};

/**
 * Takes the tokens' place in the secret, if there still is one: after the state is gone, so that nobody who is renewing
 * them can note new ones.
 */
const blank = async ({ secrets, log }: OAuthDeps, scope: Scope, { tokenVersionId }: OAuthState): Promise<void> => {
  if (tokenVersionId === "") return;
  const versionId = await secrets.put(scope, "tokens", { secret: "", binding: "" });
  if (versionId === undefined) log.info("oauth.secret-gone", { scope });
};
