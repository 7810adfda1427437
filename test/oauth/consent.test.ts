import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { type OAuthIssuer, startOAuthIssuer } from "../fakes/oauth-issuer.ts";
import { connectedWorld, createWorld, gmail, office365, REDIRECT_URI } from "./world.ts";

let tables: Tables;
let issuer: OAuthIssuer;
beforeAll(async () => {
  [tables, issuer] = await Promise.all([startTables(), startOAuthIssuer()]);
});
afterAll(async () => {
  await Promise.all([tables.stop(), issuer.stop()]);
});
afterEach(() => {
  issuer.answerWith(undefined);
  issuer.answerAlso({});
  issuer.claimAlso({});
});

const start = () => ({ table: tables.config, issuerUrl: issuer.url, consent: issuer.consent });

const worldWith = async (login = gmail) => {
  const world = createWorld(start());
  await world.putSettings(login);
  await world.giveSecret(login);
  return world;
};

describe("the page to consent on", () => {
  test.each([
    {
      login: gmail,
      scope: "openid email https://mail.google.com/",
      besides: { access_type: "offline", prompt: "consent" },
    },
    { login: office365, scope: "https://outlook.office.com/SMTP.Send offline_access", besides: {} },
  ])("asks $login.issuer for what sending needs, with state and PKCE", async ({ login, scope, besides }) => {
    const world = await worldWith(login);

    const begun = await world.call("authorizeOAuth");

    const url = new URL(begun.body.authorizationUrl);
    expect(`${url.origin}${url.pathname}`).toBe(`${issuer.url}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: "client-1",
      redirect_uri: REDIRECT_URI,
      scope,
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
      login_hint: "ci@acme.example",
      ...besides,
    });
    expect(begun.body).toMatchObject({ redirectUri: REDIRECT_URI, expiresAt: "2026-11-20T12:10:00.000Z" });
  });

  test("has another state and challenge each time", async () => {
    const world = await worldWith();

    const [one, other] = [new URL(await world.begin()), new URL(await world.begin())];

    for (const name of ["state", "code_challenge"]) {
      expect(one.searchParams.get(name)).not.toBe(other.searchParams.get(name));
    }
  });

  test("is not offered without the client secret, and the answer says what to do", async () => {
    const world = createWorld(start());
    await world.putSettings(gmail);

    const begun = await world.call("authorizeOAuth");

    expect(begun.status).toBe(409);
    expect(begun.body.detail).toContain("PUT it to mail-settings/credentials");
  });

  test("is not offered when the secret was given for another application", async () => {
    const world = await worldWith();
    await world.putSettings({ ...gmail, clientId: "client-2" });

    const begun = await world.call("authorizeOAuth");

    expect(begun.status).toBe(409);
  });

  test("is not offered for a scope that does not exist", async () => {
    const world = createWorld(start());

    const begun = await world.call("authorizeOAuth");

    expect(begun.status).toBe(404);
  });

  test("is not offered when the secret is gone, though the settings still name it", async () => {
    const world = await worldWith();
    world.secrets.versions.length = 0;

    const begun = await world.call("authorizeOAuth");

    expect(begun.status).toBe(409);
    expect(begun.body.detail).toContain("PUT it to mail-settings/credentials");
  });

  test("is a bad gateway when the issuer cannot be reached", async () => {
    const world = createWorld({ table: tables.config, issuerUrl: "http://127.0.0.1:1" });
    await world.putSettings(gmail);
    await world.giveSecret(gmail);

    const begun = await world.call("authorizeOAuth");

    expect(begun.status).toBe(502);
    expect(begun.body.code).toBe("issuer-unavailable");
  });
});

describe("the callback", () => {
  test.each([{ login: gmail }, { login: office365 }])("connects a mailbox of $login.issuer", async ({ login }) => {
    const world = await worldWith(login);
    const before = await world.status();

    const page = await world.comeBack(await issuer.consent(await world.begin()));

    expect(page.status).toBe(200);
    expect(page.text).toContain("You can close this window");
    expect([before, await world.status()]).toEqual(["not-connected", "connected"]);
    expect(await world.token()).toMatchObject({ ok: true, accessToken: expect.any(String) });
  });

  test("proves itself with the client secret, the redirect URI and the PKCE verifier", async () => {
    const world = await worldWith();
    const earlier = issuer.requests.length;

    await world.comeBack(await issuer.consent(await world.begin()));

    expect(issuer.requests.slice(earlier)).toEqual([
      expect.objectContaining({
        grant_type: "authorization_code",
        client_id: "client-1",
        client_secret: "client-secret-canary",
        redirect_uri: REDIRECT_URI,
        code_verifier: expect.stringMatching(/^[\w-]{43}$/),
      }),
    ]);
  });

  test("is taken down as done by whoever began it", async () => {
    const world = await worldWith();

    await world.comeBack(await issuer.consent(await world.begin()));

    const { items } = await world.audit.list(world.scope, { limit: 10 });
    expect(items).toEqual([
      expect.objectContaining({
        by: "ada",
        action: "oauthCallback",
        changes: [{ path: "oauth.status", before: "not-connected", after: "connected" }],
      }),
    ]);
  });

  test("answers a page that a browser may only show", async () => {
    const world = await worldWith();

    const page = await world.comeBack(new URLSearchParams({ state: "x" }));

    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "content-security-policy": expect.stringContaining("default-src 'none'"),
    });
  });

  test("that comes twice at once connects once", async () => {
    const world = await worldWith();
    const query = await issuer.consent(await world.begin());

    const pages = await Promise.all([world.comeBack(query), world.comeBack(query)]);

    expect(pages.map(({ status }) => status).sort()).toEqual([200, 400]);
  });
});

describe("a callback is refused, and nothing is stored, when", () => {
  type World = Awaited<ReturnType<typeof worldWith>>;
  const edited = async (world: World, edit: (query: URLSearchParams) => void) => {
    const query = await issuer.consent(await world.begin());
    edit(query);
    return query;
  };

  test.each<{ title: string; query: (world: World) => Promise<URLSearchParams> }>([
    { title: "its state is missing", query: (world) => edited(world, (query) => query.delete("state")) },
    { title: "its state is empty", query: (world) => edited(world, (query) => query.set("state", "")) },
    { title: "its state is wrong", query: (world) => edited(world, (query) => query.set("state", "made-up")) },
    { title: "its code is missing", query: (world) => edited(world, (query) => query.delete("code")) },
    { title: "its code is made up", query: (world) => edited(world, (query) => query.set("code", "made-up")) },
    {
      title: "it names another issuer",
      query: (world) => edited(world, (query) => query.set("iss", "https://evil.example")),
    },
    {
      title: "the person declined",
      query: (world) =>
        edited(world, (query) => {
          query.delete("code");
          query.set("error", "access_denied");
        }),
    },
    {
      title: "the issuer reports an error that is no word",
      query: (world) =>
        edited(world, (query) => {
          query.set("error", "<script>alert(1)</script>");
          query.set("error_description", "<script>alert(2)</script>");
        }),
    },
    {
      title: "it is used a second time",
      query: async (world) => {
        const query = await edited(world, () => undefined);
        const first = new URLSearchParams(query);
        first.set("error", "access_denied");
        await world.comeBack(first);
        return query;
      },
    },
    {
      title: "it comes too late",
      query: async (world) => {
        const query = await edited(world, () => undefined);
        world.pass(10 * 60);
        return query;
      },
    },
    {
      title: "the settings were changed meanwhile",
      query: async (world) => {
        const query = await edited(world, () => undefined);
        await world.putSettings({ ...gmail, clientId: "client-2" });
        await world.giveSecret({ ...gmail, clientId: "client-2" });
        return query;
      },
    },
    {
      title: "its code was meant for another tenant",
      query: async (world) => {
        const other = await worldWith();
        const theirs = await issuer.consent(await other.begin());
        return edited(world, (query) => query.set("code", theirs.get("code") ?? ""));
      },
    },
    {
      title: "another mailbox consented",
      query: async (world) => {
        issuer.claimAlso({ email: "ada@acme.example" });
        return edited(world, () => undefined);
      },
    },
    {
      title: "the issuer does not say who consented",
      query: async (world) => {
        issuer.claimAlso({ email: undefined });
        return edited(world, () => undefined);
      },
    },
    {
      title: "the permission to send mail was not ticked",
      query: async (world) => {
        issuer.answerAlso({ scope: "openid email" });
        return edited(world, () => undefined);
      },
    },
    {
      title: "the secrets are gone",
      query: async (world) => {
        const query = await edited(world, () => undefined);
        world.secrets.versions.length = 0;
        return query;
      },
    },
    {
      title: "the issuer gives no refresh token",
      query: async (world) => {
        issuer.answerAlso({ refresh_token: undefined });
        return edited(world, () => undefined);
      },
    },
  ])("$title", async ({ query }) => {
    const world = await worldWith();
    const callback = await query(world);

    const page = await world.comeBack(callback);

    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.text).toContain("The mailbox is not connected");
    expect(page.text).not.toContain("<script");
    expect(world.secrets.versions.filter(({ label }) => label === "tokens")).toEqual([]);
    expect(await world.states.read(world.scope)).toEqual({ state: undefined, leaseUntil: null });
    expect(JSON.stringify(world.log.lines)).not.toContain("client-secret-canary");
  });

  test("what it gave is of no use, and then that is revoked", async () => {
    const world = await worldWith();
    issuer.answerAlso({ scope: "openid email" });
    const earlier = issuer.revoked();

    const page = await world.comeBack(await issuer.consent(await world.begin()));

    expect(page.text).toContain("tick the mail permission");
    expect(issuer.revoked() - earlier).toBe(1);
  });

  test("a mailbox that consents in other capitals is still the one that was meant", async () => {
    issuer.claimAlso({ email: "CI@Acme.example" });

    const world = await connectedWorld(start());

    expect(await world.status()).toBe("connected");
  });
});

describe("the state of a mailbox", () => {
  test("tells the redirect URI before there are any settings", async () => {
    const world = createWorld(start());
    await world.config.scopes.put(world.scope, { scope: world.scope, name: "x" }, { by: "ada", at: world.at(0) });

    const { body } = await world.call("getOAuth", { groups: `${world.name}:viewer` });

    expect(body).toMatchObject({ status: "not-connected", redirectUri: REDIRECT_URI, issuer: null });
    expect(body.nextStep).toContain("no mail settings");
  });

  test("goes when it is disconnected: at the issuer, in the secret and here", async () => {
    const world = await connectedWorld(start());
    const earlier = issuer.revoked();

    const { status } = await world.call("deleteOAuth");

    expect(status).toBe(204);
    expect(issuer.revoked() - earlier).toBe(1);
    expect(await world.status()).toBe("not-connected");
    expect(world.secrets.versions.at(-1)).toMatchObject({ label: "tokens", value: { secret: "" } });
    expect(await world.token()).toMatchObject({ ok: false, reason: "oauth-not-connected" });
    expect((await world.call("deleteOAuth")).status).toBe(204);
  });

  test("goes before the tokens are taken out of the secret, and though the secret is gone", async () => {
    const world = await connectedWorld(start());
    world.secrets.versions.length = 0;
    const { put } = world.secrets;
    const statesThen: unknown[] = [];
    world.secrets.put = async (...given) => {
      statesThen.push((await world.states.read(world.scope)).state);
      return put(...given);
    };

    const { status } = await world.call("deleteOAuth");

    expect(status).toBe(204);
    expect(statesThen).toEqual([undefined]);
    expect(await world.status()).toBe("not-connected");
  });

  test("never shows a secret: not in an answer, a log line, an audit entry or an item of the table", async () => {
    const world = await connectedWorld(start());
    await world.token();
    const answers = [await world.call("getOAuth"), await world.call("authorizeOAuth")];
    const state = await world.states.read(world.scope);
    const { items } = await world.audit.list(world.scope, { limit: 10 });

    const seen = JSON.stringify([answers, world.log.lines, items, state, world.publisher.published]);

    const verifiers = world.secrets.versions
      .filter(({ label }) => label === "consent")
      .map(({ value }) => value.secret);
    for (const secret of ["client-secret-canary", ...verifiers, ...issuer.handedOut])
      expect(seen).not.toContain(secret);
  });
});
