import type { OAuthState } from "../../shared/domain/oauth-state.ts";
import type { Scope } from "../../shared/domain/scope.ts";
import type { ConsentStore, Issuers, OAuthStates, PendingConsent } from "../../shared/oauth/ports.ts";

/** States of mailboxes in memory, for one user at a time: the lease is always free. */
export const createMemoryMailboxes = (given: ReadonlyMap<string, OAuthState>): OAuthStates => {
  const states = new Map<Scope, OAuthState>([...given].map(([scope, state]) => [scope as Scope, state]));
  return {
    read: async (scope) => ({ state: states.get(scope), leaseUntil: null }),
    take: async () => true,
    async giveBack(scope, _lease, state) {
      if (state !== undefined) states.set(scope, state);
      return true;
    },
    connect: async (scope, state) => void states.set(scope, state),
    noteWarned: async (scope, state, warnedDays) => void states.set(scope, { ...state, warnedDays }),
    forget: async (scope) => states.delete(scope),
    takeAlert: async () => true,
    giveBackAlert: async () => undefined,
    scopes: async () => [...states.keys()],
  };
};

/** Consent that was begun, in memory. */
export const createMemoryConsents = (): ConsentStore => {
  const pending = new Map<string, PendingConsent>();
  return {
    put: async (stateHash, consent) => void pending.set(stateHash, consent),
    async take(stateHash) {
      const consent = pending.get(stateHash);
      pending.delete(stateHash);
      return consent;
    },
    sweep: async () => pending.clear(),
  };
};

const unavailable = async () => ({ kind: "unavailable", reason: "The issuer does not answer." }) as const;

/** Issuers that cannot be reached. */
export const SILENT_ISSUERS: Issuers = {
  consentUrl: unavailable,
  redeem: unavailable,
  refresh: unavailable,
  request: unavailable,
  revoke: async () => {},
};
