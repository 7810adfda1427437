import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { OAuth2Login } from "../../shared/domain/oauth-login.ts";

import { startTables, type Tables } from "../fakes/dynalite.ts";
import { type OAuthIssuer, startOAuthIssuer } from "../fakes/oauth-issuer.ts";
import { createWorld, gmail, office365 } from "./world.ts";

let tables: Tables;
let issuer: OAuthIssuer;
beforeAll(async () => {
  [tables, issuer] = await Promise.all([startTables(), startOAuthIssuer()]);
});
afterAll(async () => {
  await Promise.all([tables.stop(), issuer.stop()]);
});
afterEach(() => issuer.answerWith(undefined));

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const KEY_FILE = JSON.stringify({
  type: "service_account",
  client_email: "bot@project.iam.gserviceaccount.com",
  private_key: PEM,
  private_key_id: "key-1",
  token_uri: "https://evil.example/token",
});

const application: OAuth2Login = { ...office365, grant: "client_credentials" };
const serviceAccount: OAuth2Login = { ...gmail, grant: "service_account" };

const worldWith = async (login: OAuth2Login, secret: string) => {
  const world = createWorld({ table: tables.config, issuerUrl: issuer.url });
  await world.putSettings(login);
  await world.giveSecret(login, secret);
  return world;
};

const HOUR = 3_600;

describe("without consent", () => {
  test("a Microsoft application proves itself by its secret", async () => {
    const world = await worldWith(application, "client-secret-canary");

    const answer = await world.token();

    expect(answer.ok).toBe(true);
    expect(issuer.requests.at(-1)).toEqual({
      grant_type: "client_credentials",
      scope: "https://outlook.office365.com/.default",
      client_id: "client-1",
      client_secret: "client-secret-canary",
    });
    expect(await world.status()).toBe("connected");
  });

  test("a Google service account signs that it may act as the mailbox", async () => {
    const world = await worldWith(serviceAccount, KEY_FILE);

    const answer = await world.token();

    const { assertion, ...rest } = issuer.requests.at(-1) ?? {};
    const { payload, protectedHeader } = await jwtVerify(String(assertion), createPublicKey(PEM), {
      issuer: "bot@project.iam.gserviceaccount.com",
      audience: `${issuer.url}/token`,
      subject: "ci@acme.example",
      maxTokenAge: "5m",
    });
    expect(answer.ok).toBe(true);
    expect(rest).toEqual({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer" });
    expect(payload).toMatchObject({ scope: "https://mail.google.com/" });
    expect(protectedHeader).toMatchObject({ alg: "RS256", kid: "key-1" });
    expect(JSON.stringify(issuer.requests)).not.toContain("PRIVATE KEY");
  });

  test("ten instances ask for the first token once", async () => {
    const world = await worldWith(application, "client-secret-canary");
    const before = issuer.requests.length;

    const answers = await Promise.all(Array.from({ length: 10 }, () => world.token()));

    expect(issuer.requests.length - before).toBe(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test("a service account's token is for the mailbox it was signed for", async () => {
    const world = await worldWith(serviceAccount, KEY_FILE);
    await world.token();
    await world.putSettings({ ...serviceAccount, username: "bot@acme.example" });
    const before = issuer.requests.length;

    await world.token();

    expect(issuer.requests.length - before).toBe(1);
  });

  test("nobody can be sent to a page to consent", async () => {
    const world = await worldWith(application, "client-secret-canary");

    const begun = await world.call("authorizeOAuth");

    expect(begun.status).toBe(409);
    expect(begun.body.detail).toContain("needs no consent");
  });

  test("a key that is none is refused without asking the issuer", async () => {
    const world = await worldWith(serviceAccount, "{}");
    const before = issuer.requests.length;

    const answer = await world.token();

    expect(answer).toMatchObject({ ok: false, reason: "oauth-refused" });
    expect(issuer.requests.length).toBe(before);
  });

  test("a refused application is left alone for an hour, alerts once, and works when its rights are mended", async () => {
    const world = await worldWith(application, "client-secret-canary");
    const before = issuer.requests.length;
    issuer.answerWith("unauthorized_client", 401);
    await world.token();
    await world.token();
    const asked = issuer.requests.length - before;
    world.pass(HOUR + 1);
    await world.token();
    issuer.answerWith(undefined);
    world.pass(HOUR + 1);

    const answer = await world.token();

    expect(asked).toBe(1);
    expect(world.outbox.jobs()).toHaveLength(1);
    expect(answer.ok).toBe(true);
    expect(await world.status()).toBe("connected");
  });
});
