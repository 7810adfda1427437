import type { TestConnection } from "../contracts/bodies/test-connection.ts";
import {
  bindingFor,
  type MailSettings,
  type ProviderSettings,
  SECRET_KINDS,
  type SecretKind,
  type SecretNotes,
  type StoredMailSettings,
} from "../domain/mail-settings.ts";
import type { OAuth2Login } from "../domain/oauth-login.ts";
import type { Scope } from "../domain/scope.ts";
import type { ChooseDeps } from "./deliver/choose-provider.ts";

/** The settings of a scope itself, and those that apply to it. */
export interface Known {
  readonly own: StoredMailSettings | undefined;
  readonly inForce: StoredMailSettings | undefined;
}

/** Settings to test, with where their secrets come from. */
export interface Unsaved {
  readonly settings: StoredMailSettings | undefined;
  readonly deps: Pick<ChooseDeps, "secrets" | "accessTokens">;
}

/** Version of a secret that came with the request; Secrets Manager's are UUIDs. */
const GIVEN = "given";

/**
 * Puts settings and secrets of a request over what is stored. Stored secrets keep their bindings, so that settings that
 * point elsewhere cannot use them; an access token goes only where it would go today.
 */
export const unsavedSettings = (
  deps: Pick<ChooseDeps, "secrets" | "accessTokens">,
  scope: Scope,
  { own, inForce }: Known,
  { settings: draft, credentials = {} }: TestConnection,
): Unsaved => {
  const stored = draft === undefined ? inForce : { settings: { ...draft, scope }, secrets: own?.secrets ?? {} };
  if (stored === undefined) return { settings: undefined, deps };
  const { settings } = stored;
  const bindings = new Map(SECRET_KINDS.map((kind) => [kind, bindingFor(settings.provider, kind)]));
  const given = new Map(
    SECRET_KINDS.flatMap((kind) => {
      const [secret, binding] = [credentials[kind], bindings.get(kind)];
      return secret === undefined || binding === undefined ? [] : [[kind, { secret, binding }] as const];
    }),
  );
  return {
    settings: { settings, secrets: { ...stored.secrets, ...toNotes(given) } },
    deps: {
      secrets: {
        read: async (at, versionId) =>
          [...given].find(([kind]) => versionId === `${GIVEN}-${kind}`)?.[1] ?? deps.secrets.read(at, versionId),
      },
      accessTokens: draft === undefined || tokenFits(settings, own) ? deps.accessTokens : NO_TOKENS,
    },
  };
};

const toNotes = (given: ReadonlyMap<SecretKind, { readonly binding: string }>): SecretNotes =>
  Object.fromEntries(
    [...given].map(([kind, { binding }]) => [kind, { versionId: `${GIVEN}-${kind}`, updatedAt: "", binding }]),
  );

/** Whether the stored mailbox is the one these settings mean, at the very server it is used with. */
const tokenFits = ({ provider }: MailSettings, own: StoredMailSettings | undefined): boolean => {
  const [wanted, stored] = [destinationOf(provider), own && destinationOf(own.settings.provider)];
  return wanted !== undefined && wanted === stored;
};

const destinationOf = (provider: ProviderSettings): string | undefined => {
  if (provider.kind !== "smtp" || provider.auth.type !== "oauth2") return undefined;
  const { issuer, grant, clientId, directoryId, username }: OAuth2Login = provider.auth;
  const { host, port, security, minTlsVersion, caPem, proxy } = provider;
  return JSON.stringify([
    issuer,
    grant,
    clientId,
    directoryId,
    username,
    host,
    port,
    security,
    minTlsVersion,
    caPem,
    proxy,
  ]);
};

const NO_TOKENS: ChooseDeps["accessTokens"] = {
  get: async () => ({
    ok: false,
    reason: "oauth-not-connected",
    message: "The mailbox is connected for the stored settings only: save these, connect it, then test.",
  }),
};
