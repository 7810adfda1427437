import * as z from "zod/mini";
import { TOKEN_RESERVE_MS } from "../contracts/access-token.ts";
import { parseJson } from "../contracts/json.ts";
import type { OAuthIssuer } from "../domain/oauth-login.ts";

import type { OAuthState } from "../domain/oauth-state.ts";
import type { Mailbox } from "./mailbox.ts";
import type { IssuedTokens, OAuthDeps } from "./ports.ts";

/** The tokens of a mailbox as they are kept in its secret. Instants are ISO-8601. */
export interface StoredTokens {
  readonly accessToken: string;
  readonly accessExpiresAt: string;
  /** Null for grants that need no consent. */
  readonly refreshToken: string | null;
  /** When the issuer gave the access token. */
  readonly renewedAt: string;
}

const schema = z.object({
  accessToken: z.string(),
  accessExpiresAt: z.string(),
  refreshToken: z.nullable(z.string()),
  renewedAt: z.string(),
});

/** How long a refresh token lasts that is not used, where the issuer says so only in its documents. */
const IDLE_DAYS: Readonly<Record<OAuthIssuer, number | null>> = {
  // Six months, which the upkeep, every 6 hours, never lets pass (Google, "Using OAuth 2.0", "Refresh token expiration").
  google: null,
  // Each renewal gives a new one with another 90 days (Microsoft, "Refresh tokens in the Microsoft identity platform").
  microsoft: 90,
};

const DAY_MS = 86_400_000;

/** The tokens that a state names; undefined when they are gone or were issued for something else. */
export const readTokens = async (
  { secrets }: Pick<OAuthDeps, "secrets">,
  { scope, binding }: Pick<Mailbox, "scope" | "binding">,
  { tokenVersionId }: Pick<OAuthState, "tokenVersionId">,
): Promise<StoredTokens | undefined> => {
  if (tokenVersionId === "") return undefined;
  const value = await secrets.read(scope, tokenVersionId);
  if (value === undefined || value.binding !== binding) return undefined;
  const parsed = schema.safeParse(parseJson(value.secret));
  return parsed.success ? parsed.data : undefined;
};

/** Whether an access token can still be given away: for a minute at least, or half its life when it is that short. */
export const isGood = ({ accessExpiresAt, renewedAt }: StoredTokens, now: Date): boolean => {
  const endMs = Date.parse(accessExpiresAt);
  const reserveMs = Math.min(TOKEN_RESERVE_MS, (endMs - Date.parse(renewedAt)) / 2);
  return endMs - now.getTime() > reserveMs;
};

/** The tokens to keep. An issuer that gives no new refresh token means the one before. */
export const toStored = (issued: IssuedTokens, before: StoredTokens | undefined, now: Date): StoredTokens => ({
  accessToken: issued.accessToken,
  accessExpiresAt: secondsAfter(now, issued.lifeSeconds),
  refreshToken: issued.refreshToken ?? before?.refreshToken ?? null,
  renewedAt: now.toISOString(),
});

/** When consent ends, as far as anybody knows; null for never or unknown. */
export const consentEnd = (
  { login }: Pick<Mailbox, "login">,
  issued: IssuedTokens,
  before: string | null,
  now: Date,
): string | null => {
  if (login.grant !== "authorization_code") return null;
  if (issued.consentSeconds !== null) return secondsAfter(now, issued.consentSeconds);
  const idleDays = IDLE_DAYS[login.issuer];
  if (idleDays === null || issued.refreshToken === null) return before;
  return new Date(now.getTime() + idleDays * DAY_MS).toISOString();
};

/** Stores tokens and answers the version that holds them. Undefined: the scope's secrets were deleted. */
export const storeTokens = (
  { secrets }: Pick<OAuthDeps, "secrets">,
  { scope, binding }: Pick<Mailbox, "scope" | "binding">,
  tokens: StoredTokens,
): Promise<string | undefined> => secrets.put(scope, "tokens", { secret: JSON.stringify(tokens), binding });

const secondsAfter = (now: Date, seconds: number): string => new Date(now.getTime() + seconds * 1000).toISOString();
