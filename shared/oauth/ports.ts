import type { AuditTrail, Publisher } from "../admin/ports.ts";
import type { Log } from "../domain/log.ts";
import type { StoredMailSettings } from "../domain/mail-settings.ts";
import type { OAuth2Login } from "../domain/oauth-login.ts";
import type { OAuthState } from "../domain/oauth-state.ts";
import type { Scope } from "../domain/scope.ts";
import type { Outbox, SecretReader, SecretValue } from "../flow/ports.ts";

/** What administrators configured, as far as mailboxes need it. */
export interface MailConfig {
  /** Whether the scope exists. */
  exists(scope: Scope): Promise<boolean>;
  /** The settings given at this very scope. */
  settings(scope: Scope): Promise<StoredMailSettings | undefined>;
}

/** The state of a mailbox as stored, with the lease on its tokens. */
export interface OAuthRecord {
  readonly state: OAuthState | undefined;
  /** Until when somebody alone may renew the tokens (ISO-8601), null when nobody does. */
  readonly leaseUntil: string | null;
}

/** The right to renew the tokens of a mailbox: at most one holder has it at a time. */
export interface Lease {
  /** Tells the holders apart. */
  readonly id: string;
  readonly until: string;
}

/** Where the states of mailboxes are kept. */
export interface OAuthStates {
  read(scope: Scope): Promise<OAuthRecord>;
  /**
   * Takes the lease. False: somebody holds it, or tokens, status or end are not those of `seen` any more.
   * @param seen the state as it was read, undefined for none.
   */
  take(scope: Scope, lease: Lease, seen: OAuthState | undefined, now: Date): Promise<boolean>;
  /** Gives the lease back, with a new state unless undefined. False: it was lost, and nothing was written. */
  giveBack(scope: Scope, lease: Lease, state: OAuthState | undefined): Promise<boolean>;
  /** Stores the state of a mailbox that was just connected, whatever was there, and ends any lease. */
  connect(scope: Scope, state: OAuthState): Promise<void>;
  /** Notes which warnings went out, if tokens, status and end are still those of `state`. */
  noteWarned(scope: Scope, state: OAuthState, warnedDays: readonly number[]): Promise<void>;
  /** Deletes the state: whatever it is, or only while its tokens are those of `only`. False: they were not. */
  forget(scope: Scope, only?: OAuthState): Promise<boolean>;
  /** Takes the right to tell people that a mailbox stopped working. False: they were told less than a day ago. */
  takeAlert(scope: Scope, now: Date): Promise<boolean>;
  /** Gives that right back, for when they could not be told. */
  giveBackAlert(scope: Scope): Promise<void>;
  /** The scopes that have a state. */
  scopes(): Promise<readonly Scope[]>;
}

/** Consent that was begun and has not come back yet. */
export interface PendingConsent {
  readonly scope: Scope;
  /** What the settings said when it was begun (see `oauthBindingOf`). */
  readonly binding: string;
  /** Version of the OAuth secret that holds the PKCE verifier. */
  readonly verifierVersionId: string;
  /** Who began it. */
  readonly by: string;
  readonly byName: string | null;
  /** When it is too late, ISO-8601. */
  readonly expiresAt: string;
}

/** Where begun consent is kept, by the hash of its state. */
export interface ConsentStore {
  put(stateHash: string, consent: PendingConsent): Promise<void>;
  /** Takes the consent away: of many callers one gets it. */
  take(stateHash: string): Promise<PendingConsent | undefined>;
  /** Deletes what nobody came back for. */
  sweep(now: Date): Promise<void>;
}

/** The OAuth secrets of scopes: client secrets and keys, which others write, and tokens and PKCE verifiers. */
export interface OAuthSecrets extends SecretReader {
  /**
   * Stores a value as a new version that takes the label over, and answers the version's id. Undefined: the scope's
   * secrets were deleted, the client secret among them.
   */
  put(scope: Scope, label: "tokens" | "consent", value: SecretValue): Promise<string | undefined>;
}

/** Tokens as the issuer gave them. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Seconds the access token is good for. */
  readonly lifeSeconds: number;
  /** Null when the issuer gave none (again): the one before stays good. */
  readonly refreshToken: string | null;
  /** Seconds until consent ends, null when the issuer does not say. */
  readonly consentSeconds: number | null;
  /** Whether the issuer says that they may not be used to send mail: people can untick that. */
  readonly lacksMail: boolean;
  /** Whether who consented must be the mailbox. */
  readonly checksMailbox: boolean;
  /** The mailbox that consented, null when the issuer does not say. */
  readonly mailbox: string | null;
}

/**
 * The issuer's answer. `refused`: asking again is of no use until a person acts. `unavailable`: later it may work.
 * `reason` is a sentence of ours.
 */
export type IssuerAnswer<T> =
  | { readonly kind: "given"; readonly value: T }
  | { readonly kind: "refused" | "unavailable"; readonly reason: string };

/** How a mailbox proves itself to its issuer. */
export interface IssuerClient {
  readonly login: OAuth2Login;
  /** The client secret, or the JSON key of a service account. */
  readonly secret: string;
}

/** What a consent must match. */
export interface ConsentRequest {
  readonly redirectUri: string;
  readonly state: string;
  /** PKCE (RFC 7636). */
  readonly verifier: string;
}

/** Talks to the issuers. Never throws for what they say. */
export interface Issuers {
  /** The page to open in a browser. */
  consentUrl(login: OAuth2Login, request: ConsentRequest): Promise<IssuerAnswer<string>>;
  /** Changes the code of a callback into tokens, after checking that it is the answer to the request. */
  redeem(client: IssuerClient, request: ConsentRequest, callback: URLSearchParams): Promise<IssuerAnswer<IssuedTokens>>;
  /** New tokens for a mailbox that consented. */
  refresh(client: IssuerClient, refreshToken: string): Promise<IssuerAnswer<IssuedTokens>>;
  /** Tokens for a grant that needs nobody's consent. */
  request(client: IssuerClient): Promise<IssuerAnswer<IssuedTokens>>;
  /** Ends consent at the issuer where it can be ended from here, by one of its tokens. Best effort: it never fails. */
  revoke(client: IssuerClient, token: string): Promise<void>;
}

/** Everything the use cases of OAuth 2.0 need. */
export interface OAuthDeps {
  readonly config: MailConfig;
  readonly states: OAuthStates;
  readonly consents: ConsentStore;
  readonly secrets: OAuthSecrets;
  readonly issuers: Issuers;
  readonly outbox: Outbox;
  readonly publisher: Publisher;
  readonly audit: AuditTrail;
  /** Where issuers send the browser back to. */
  readonly redirectUri: string;
  readonly log: Log;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
}
