import { setTimeout as sleep } from "node:timers/promises";
import { createOAuthHandler } from "../../functions/oauth/handler.ts";
import { createAuditTrail } from "../../shared/admin/audit.ts";
import type { AccessTokenAnswer } from "../../shared/contracts/access-token.ts";
import type { Operation } from "../../shared/contracts/routes.ts";
import { bindingFor } from "../../shared/domain/mail-settings.ts";
import type { OAuth2Login } from "../../shared/domain/oauth-login.ts";
import { accessToken } from "../../shared/oauth/access-token.ts";
import { upkeep } from "../../shared/oauth/upkeep.ts";
import { createIssuers } from "../../shared/providers/oauth.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { createConsentStore } from "../../shared/store/consent-store.ts";
import { createMailConfig } from "../../shared/store/mail-config.ts";
import { createOAuthStore } from "../../shared/store/oauth-store.ts";
import type { Table } from "../../shared/store/table.ts";
import { CONTEXT, type RequestParts, requestFor } from "../fakes/api.ts";
import { later, NOW, scopeOf, settingsOf, smtpTo } from "../fakes/builders.ts";
import { createMemoryAudit } from "../fakes/memory-audit.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createMemoryOAuthSecrets } from "../fakes/memory-oauth-secrets.ts";
import { createMemoryPublisher } from "../fakes/memory-publisher.ts";
import { createRecordingOutbox } from "../fakes/recording-outbox.ts";

/** Where issuers send the browser back to. */
export const REDIRECT_URI = "https://api.tidings.example/v1/oauth/callback";

const DIRECTORY = "11111111-2222-3333-4444-555555555555";

/** A Gmail mailbox that a person consents for. */
export const gmail: OAuth2Login = {
  type: "oauth2",
  username: "ci@acme.example",
  issuer: "google",
  grant: "authorization_code",
  clientId: "client-1",
  directoryId: null,
};

/** The same at Microsoft. */
export const office365: OAuth2Login = { ...gmail, issuer: "microsoft", directoryId: DIRECTORY };

/** What a world begins with. */
export interface WorldStart {
  readonly table: Table;
  readonly issuerUrl: string;
}

/** Each world is a tenant of its own. */
let worlds = 0;

/** A tenant's mailbox with its issuer: real stores and the real protocol, secrets and bus in memory. */
export const createWorld = ({ table, issuerUrl }: WorldStart) => {
  worlds += 1;
  const name = `tenant-${worlds}`;
  const scope = scopeOf(name);
  const config = createConfigStore(table);
  const secrets = createMemoryOAuthSecrets();
  const outbox = createRecordingOutbox();
  const publisher = createMemoryPublisher();
  const audit = createMemoryAudit();
  const log = createMemoryLog();
  const admin = { by: "ada", at: NOW };
  let now = NOW;

  const depsOf = (redirectUri = REDIRECT_URI) => ({
    config: createMailConfig(table),
    // Worlds share a table; each looks after its own mailbox only.
    states: { ...createOAuthStore(table), scopes: async () => [scope] },
    consents: createConsentStore(table),
    secrets,
    // Each instance finds its issuer by itself, as each Lambda environment does.
    issuers: createIssuers({ google: issuerUrl, microsoft: issuerUrl }),
    outbox,
    publisher,
    audit: createAuditTrail({ audit, publisher: createMemoryPublisher(), log }),
    redirectUri,
    groupsClaim: "cognito:groups",
    log,
    now: () => now,
    sleep: async () => sleep(5),
  });

  const putSettings = async (auth: OAuth2Login, host = "smtp.gmail.com") => {
    await config.scopes.put(scope, { scope, name }, admin);
    const { settings } = settingsOf(name, { provider: smtpTo(host, { auth }) });
    await config.settings.put(scope, settings, admin);
  };

  const giveSecret = async (auth: OAuth2Login, secret = "client-secret-canary") => {
    const kind = auth.grant === "service_account" ? "serviceAccountKey" : "clientSecret";
    const binding = bindingFor(smtpTo("smtp.gmail.com", { auth }), kind) ?? "";
    const versionId = secrets.give(scope, kind, { secret, binding });
    await config.settings.noteSecret(scope, kind, { versionId, updatedAt: NOW.toISOString(), binding }, admin);
  };

  const call = async (operation: Operation, parts: RequestParts = {}) => {
    const handler = createOAuthHandler(depsOf());
    const event = requestFor(operation, { scope: name, groups: `${name}:admin`, ...parts });
    const response = await handler(event, CONTEXT);
    if (response === undefined || !("statusCode" in response)) throw new Error("no response");
    const { statusCode: status, headers, body: text } = response;
    const isJson = headers["content-type"]?.includes("json") ?? false;
    return { status, headers, text, body: isJson ? JSON.parse(text) : undefined };
  };

  const begin = async (): Promise<string> => (await call("authorizeOAuth")).body.authorizationUrl;

  return {
    name,
    scope,
    config,
    secrets,
    outbox,
    publisher,
    audit,
    log,
    depsOf,
    putSettings,
    giveSecret,
    call,
    begin,
    comeBack: (query: URLSearchParams) =>
      call("oauthCallback", { query: Object.fromEntries(query), groups: "", scope: "" }),
    states: createOAuthStore(table),
    /** A token from an instance of its own. */
    token: (redirectUri?: string): Promise<AccessTokenAnswer> => accessToken(depsOf(redirectUri), scope),
    upkeep: () => upkeep(depsOf(), () => true),
    status: async (): Promise<string> => (await call("getOAuth")).body.status,
    /** Moves the clock on. */
    pass: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
    at: later,
  };
};

/** A mailbox somebody consented for. */
export const connectedWorld = async (
  start: WorldStart & { readonly consent: (url: string) => Promise<URLSearchParams> },
  login: OAuth2Login = gmail,
) => {
  const world = createWorld(start);
  await world.putSettings(login);
  await world.giveSecret(login);
  const page = await world.comeBack(await start.consent(await world.begin()));
  if (page.status !== 200) throw new Error(`not connected: ${page.text}`);
  return world;
};
