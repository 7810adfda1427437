import { type AccessTokenAnswer, TOKEN_RESERVE_MS } from "../contracts/access-token.ts";
import type { Scope } from "../domain/scope.ts";
import type { AccessTokens } from "../flow/ports.ts";

/** How long a token is used without asking again: a mailbox that was disconnected stops sending after that. */
const MAX_AGE_MS = 5 * 60_000;

/** Most tokens kept in one process; the oldest goes first. */
const MAX_KEPT = 500;

interface Kept {
  readonly answer: AccessTokenAnswer;
  readonly goodUntilMs: number;
}

/**
 * Remembers access tokens for those who send many mails. One call at a time for each mailbox and identity; a token is
 * kept for a few minutes, a refusal not at all.
 */
export const keepAccessTokens = (tokens: AccessTokens, now: () => Date = () => new Date()): AccessTokens => {
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<AccessTokenAnswer>>();

  const fetchAndKeep = async (key: string, scope: Scope, identity: string): Promise<AccessTokenAnswer> => {
    const answer = await tokens.get(scope, identity);
    kept.delete(key);
    if (answer.ok) {
      const goodUntilMs = Math.min(Date.parse(answer.expiresAt) - TOKEN_RESERVE_MS, now().getTime() + MAX_AGE_MS);
      kept.set(key, { answer, goodUntilMs });
    }
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - MAX_KEPT))) kept.delete(oldest);
    return answer;
  };

  return {
    get(scope, identity) {
      const key = `${scope}/${identity}`;
      const known = kept.get(key);
      if (known !== undefined && now().getTime() < known.goodUntilMs) return Promise.resolve(known.answer);
      const call = underWay.get(key) ?? fetchAndKeep(key, scope, identity).finally(() => underWay.delete(key));
      underWay.set(key, call);
      return call;
    },
  };
};
