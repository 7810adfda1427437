import { createHash, randomBytes } from "node:crypto";
import type { Actor } from "../admin/ports.ts";
import { AppError } from "../domain/app-error.ts";
import type { Scope } from "../domain/scope.ts";
import { expectMailbox, needsConsent, secretMissing } from "./mailbox.ts";
import type { OAuthDeps } from "./ports.ts";

/** How long somebody has to consent. */
const CONSENT_MINUTES = 10;

/** Random bytes of a state and of a PKCE verifier: 256 bits each (RFC 7636 section 4.1 recommends as many). */
const RANDOM_BYTES = 32;

/** Consent that was begun. */
export interface BegunConsent {
  /** The page to open in a browser. */
  readonly authorizationUrl: string;
  /** Where the issuer will send the browser back to; it must be registered there. */
  readonly redirectUri: string;
  /** Until when, ISO-8601. */
  readonly expiresAt: string;
}

/** What is kept of a state, so that whoever reads the table cannot finish a consent. */
export const hashState = (state: string): string => createHash("sha256").update(state).digest("hex");

/**
 * Begins consent for the mailbox of a scope.
 * @throws AppError `not-found`; `conflict` that says what the settings lack; `issuer-unavailable`
 */
export const beginConsent = async (deps: OAuthDeps, scope: Scope, actor: Actor): Promise<BegunConsent> => {
  const mailbox = await expectMailbox(deps, scope);
  if (!needsConsent(mailbox)) {
    const { grant } = mailbox.login;
    throw new AppError("conflict", `The grant ${grant} needs no consent: POST mail-settings/test tries it out.`);
  }
  const state = randomBytes(RANDOM_BYTES).toString("base64url");
  const verifier = randomBytes(RANDOM_BYTES).toString("base64url");
  const { redirectUri } = deps;
  const url = await deps.issuers.consentUrl(mailbox.login, { redirectUri, state, verifier });
  if (url.kind !== "given") throw new AppError("issuer-unavailable", url.reason);
  const { binding } = mailbox;
  const verifierVersionId = await deps.secrets.put(scope, "consent", { secret: verifier, binding });
  if (verifierVersionId === undefined) throw new AppError("conflict", secretMissing(mailbox));
  const expiresAt = new Date(actor.at.getTime() + CONSENT_MINUTES * 60_000).toISOString();
  const { by, byName = null } = actor;
  await deps.consents.put(hashState(state), { scope, binding, verifierVersionId, by, byName, expiresAt });
  return { authorizationUrl: url.value, redirectUri, expiresAt };
};
