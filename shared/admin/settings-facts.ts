import { type LastTest, lastTestOf, type NotedTest } from "../domain/last-test.ts";
import { oauthSecretKindOf } from "../domain/mail-settings.ts";
import {
  type OAuthState,
  type OAuthStatus,
  oauthBindingOf,
  oauthLoginOf,
  oauthStatusAt,
} from "../domain/oauth-state.ts";
import type { Scope } from "../domain/scope.ts";
import type { VersionedSettings } from "./ports.ts";

/** What is known about mail settings besides what administrators gave. */
export interface SettingsFacts {
  /** Null when no provider logs in with OAuth 2.0. */
  readonly oauth: { readonly status: OAuthStatus; readonly expiresAt: string | null } | null;
  /** Null when they were not tested since they were changed. */
  readonly lastTest: LastTest | null;
}

/** What finding the facts needs. */
export interface FactsDeps {
  readonly oauthStates: { get(scope: Scope): Promise<OAuthState | undefined> };
  readonly lastTests: { get(scope: Scope): Promise<NotedTest | undefined> };
  /** Where issuers send the browser back to: tokens were issued for that, too. */
  readonly redirectUri: string;
  readonly now: () => Date;
}

/** Reads what is known about settings at the scope that they were given at. */
export const getSettingsFacts = async (deps: FactsDeps, settings: VersionedSettings): Promise<SettingsFacts> => {
  const { scope } = settings.value;
  const [oauth, noted] = await Promise.all([getOAuthFact(deps, settings), deps.lastTests.get(scope)]);
  return { oauth, lastTest: lastTestOf(settings, noted) };
};

const getOAuthFact = async (
  { oauthStates, redirectUri, now }: FactsDeps,
  { value, secrets }: VersionedSettings,
): Promise<SettingsFacts["oauth"]> => {
  const login = oauthLoginOf(value);
  if (login === undefined) return null;
  const state = await oauthStates.get(value.scope);
  const binding = oauthBindingOf(login, redirectUri, secrets[oauthSecretKindOf(login)]?.versionId ?? "");
  const status = oauthStatusAt(state, binding, now());
  return { status, expiresAt: status === "not-connected" ? null : (state?.expiresAt ?? null) };
};
