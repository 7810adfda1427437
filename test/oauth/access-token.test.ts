import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { OAuth2Login } from "../../shared/domain/oauth-login.ts";

import { accessToken } from "../../shared/oauth/access-token.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { type OAuthIssuer, startOAuthIssuer } from "../fakes/oauth-issuer.ts";
import { connectedWorld, createWorld, gmail, office365 } from "./world.ts";

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
});

const start = () => ({ table: tables.config, issuerUrl: issuer.url, consent: issuer.consent });

type World = Awaited<ReturnType<typeof connectedWorld>>;

const storedTokens = async (world: World) => {
  const { state } = await world.states.read(world.scope);
  const version = world.secrets.versions.find(({ versionId }) => versionId === state?.tokenVersionId);
  return JSON.parse(version?.value.secret ?? "{}");
};

/** Requests that came to the token endpoint while `act` ran. */
const requestsDuring = async (act: () => Promise<unknown>) => {
  const before = issuer.requests.length;
  await act();
  return issuer.requests.slice(before);
};

const HOUR = 3_600;

describe("an access token", () => {
  test("is used while it is good for more than a minute", async () => {
    const world = await connectedWorld(start());
    world.pass(HOUR - 61);

    const requests = await requestsDuring(() => world.token());

    expect(requests).toEqual([]);
  });

  test("is renewed in its last minute, and the rotated refresh token is stored", async () => {
    const world = await connectedWorld(start());
    const before = await storedTokens(world);
    world.pass(HOUR - 60);

    const requests = await requestsDuring(() => world.token());

    expect(requests).toEqual([
      expect.objectContaining({
        grant_type: "refresh_token",
        refresh_token: before.refreshToken,
        client_id: "client-1",
        client_secret: "client-secret-canary",
      }),
    ]);
    expect((await storedTokens(world)).refreshToken).not.toBe(before.refreshToken);
  });

  test("goes on with the refresh token before when the issuer gives no new one", async () => {
    const world = await connectedWorld(start());
    const before = await storedTokens(world);
    issuer.answerAlso({ refresh_token: undefined });
    world.pass(2 * HOUR);

    const answer = await world.token();

    expect(answer.ok).toBe(true);
    expect((await storedTokens(world)).refreshToken).toBe(before.refreshToken);
  });

  test("that lives for seconds only is given out for half of them", async () => {
    issuer.answerAlso({ expires_in: 40 });
    const world = await connectedWorld(start());
    world.pass(19);
    const early = await requestsDuring(() => world.token());
    world.pass(2);

    const late = await requestsDuring(() => world.token());

    expect([early.length, late.length]).toEqual([0, 1]);
  });

  test("is renewed once when ten instances want it at once, and all get the same", async () => {
    const world = await connectedWorld(start());
    world.pass(2 * HOUR);
    let answers: unknown[] = [];

    const requests = await requestsDuring(async () => {
      answers = await Promise.all(Array.from({ length: 10 }, () => world.token()));
    });

    expect(requests).toHaveLength(1);
    const { accessToken, accessExpiresAt } = await storedTokens(world);
    expect(answers).toEqual(Array(10).fill({ ok: true, accessToken, expiresAt: accessExpiresAt }));
    world.pass(2 * HOUR);
    expect(await world.token()).toMatchObject({ ok: true });
  });

  test("is still renewed after the one who was renewing it died", async () => {
    const world = await connectedWorld(start());
    world.pass(2 * HOUR);
    const now = world.depsOf().now();
    const { state } = await world.states.read(world.scope);
    await world.states.take(
      world.scope,
      { id: "dead", until: new Date(now.getTime() + 25_000).toISOString() },
      state,
      now,
    );
    world.pass(26);

    const answer = await world.token();

    expect(answer.ok).toBe(true);
  });

  test("is not waited for longer than a caller can wait", async () => {
    const world = await connectedWorld(start());
    world.pass(2 * HOUR);
    const now = world.depsOf().now();
    const { state } = await world.states.read(world.scope);
    await world.states.take(
      world.scope,
      { id: "slow", until: new Date(now.getTime() + HOUR * 1000).toISOString() },
      state,
      now,
    );

    const answer = await accessToken({ ...world.depsOf(), sleep: async () => world.pass(1) }, world.scope);

    expect(answer).toMatchObject({ ok: false, reason: "oauth-unavailable" });
  });

  test("of an unknown mailbox is not given", async () => {
    const world = createWorld(start());

    const answer = await world.token();

    expect(answer).toMatchObject({ ok: false, reason: "oauth-not-connected" });
  });
});

describe("an issuer that has trouble", () => {
  test.each([
    { error: "server_error", status: 500 },
    { error: "temporarily_unavailable", status: 400 },
    { error: "slow_down", status: 429 },
  ])("with $error is asked again, and nothing is lost", async ({ error, status }) => {
    const world = await connectedWorld(start());
    world.pass(2 * HOUR);
    issuer.answerWith(error, status);
    const down = await world.token();
    issuer.answerWith(undefined);

    const statusThen = await world.status();

    expect(down).toMatchObject({ ok: false, reason: "oauth-unavailable" });
    expect(statusThen).toBe("connected");
    expect(world.outbox.jobs()).toEqual([]);
    expect((await world.states.read(world.scope)).leaseUntil).toBeNull();
  });

  test("is not asked by each of ten callers that waited for one another", async () => {
    const world = await connectedWorld(start());
    world.pass(2 * HOUR);
    issuer.answerWith("server_error", 500);
    let answers: { ok: boolean }[] = [];

    const requests = await requestsDuring(async () => {
      answers = await Promise.all(Array.from({ length: 10 }, () => world.token()));
    });

    expect(answers.every(({ ok }) => !ok)).toBe(true);
    expect(requests.length).toBeLessThan(10);
  });
});

describe("consent that was withdrawn", () => {
  const withdrawn = async () => {
    const world = await connectedWorld(start());
    issuer.withdrawConsent();
    world.pass(2 * HOUR);
    return world;
  };

  test("is noticed once: ten callers are refused, the issuer is not asked again, one alert goes out", async () => {
    const world = await withdrawn();
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.token()));

    const later = await requestsDuring(async () => {
      await world.token();
      await world.upkeep();
      world.pass(48 * HOUR);
      await world.token();
      await world.upkeep();
    });

    expect(answers).toEqual(Array(10).fill(expect.objectContaining({ ok: false, reason: "oauth-refused" })));
    expect(later).toEqual([]);
    expect(await world.status()).toBe("reconnect-needed");
    expect(world.outbox.jobs()).toHaveLength(1);
    expect(world.publisher.published).toHaveLength(1);
  });

  test("is told through the settings of the scope above, with what to do", async () => {
    const world = await withdrawn();

    await world.token();

    const [job] = world.outbox.jobs();
    expect(job).toMatchObject({
      scope: "system",
      recipient: `ci@${world.name}.example`,
      event: { scope: world.scope, type: "MailReconnectNeeded", severity: "error" },
    });
    expect(job?.event?.message).toContain(`POST /v1/scopes/${world.name}/mail-settings/oauth/authorize`);
    expect(world.publisher.published).toEqual([
      {
        detailType: "Credentials Expiring",
        detail: expect.objectContaining({ scope: world.scope, status: "reconnect-needed", issuer: "google" }),
      },
    ]);
  });

  test("is told by the next upkeep when it could not be told at first, as the same delivery", async () => {
    const world = await withdrawn();
    const { send } = world.outbox;
    const lost: unknown[] = [];
    world.outbox.send = async (jobs) => {
      lost.push(...jobs);
      return jobs;
    };
    await world.token();
    world.outbox.send = send;

    await world.upkeep();

    expect(world.outbox.jobs()).toEqual(lost);
    expect(world.outbox.jobs()).toHaveLength(1);
  });

  test("comes back with new consent, and a later withdrawal is a new alert", async () => {
    const world = await withdrawn();
    await world.token();
    await world.comeBack(await issuer.consent(await world.begin()));
    const again = await world.token();
    issuer.withdrawConsent();
    world.pass(24 * HOUR);

    await world.token();

    expect(again.ok).toBe(true);
    expect(new Set(world.outbox.jobs().map(({ deliveryId }) => deliveryId)).size).toBe(2);
  });
});

describe("a mailbox that stops working again and again", () => {
  test("is told once a day, whatever it was connected for, and then by the upkeep", async () => {
    const world = await connectedWorld(start());
    for (const secret of ["one", "two", "three"]) {
      issuer.withdrawConsent();
      world.pass(2 * HOUR);
      await world.token();
      await world.giveSecret(gmail, secret);
      await world.comeBack(await issuer.consent(await world.begin()));
    }
    issuer.withdrawConsent();
    world.pass(2 * HOUR);
    await world.token();
    const onFirstDay = world.outbox.jobs().length;
    world.pass(24 * HOUR);

    await world.upkeep();

    expect([onFirstDay, world.outbox.jobs().length]).toEqual([1, 2]);
    expect(world.publisher.published).toHaveLength(2);
  });
});

describe("a client secret that cannot be used", () => {
  test.each<{ title: string; change: (world: World) => void }>([
    {
      title: "was stored for another application",
      change: ({ secrets }) => {
        const at = secrets.versions.findIndex(({ label }) => label === "clientSecret");
        const version = secrets.versions[at];
        if (version === undefined) throw new Error("no client secret");
        secrets.versions[at] = { ...version, value: { ...version.value, binding: "another" } };
      },
    },
    {
      title: "is gone when the new tokens are to be stored",
      change: ({ secrets }) => {
        secrets.put = async () => undefined;
      },
    },
  ])("because it $title has to be given again, and nothing breaks", async ({ change }) => {
    const world = await connectedWorld(start());
    world.pass(2 * HOUR);
    change(world);

    const answer = await world.token();

    expect(answer).toMatchObject({ ok: false, reason: "credentials-required" });
    expect(await world.states.read(world.scope)).toMatchObject({ leaseUntil: null });
    expect(world.log.lines).toContainEqual(expect.objectContaining({ event: "oauth.secret-gone" }));
  });
});

describe("tokens are dropped", () => {
  const redone = async (world: World, login: OAuth2Login) => {
    await world.putSettings(login);
    await world.giveSecret(login);
  };

  test.each<{ title: string; change: (world: World) => Promise<void> }>([
    { title: "the issuer", change: (world) => redone(world, gmail) },
    { title: "the client id", change: (world) => redone(world, { ...office365, clientId: "client-2" }) },
    { title: "the client secret", change: (world) => world.giveSecret(office365, "another") },
    {
      title: "the directory",
      change: (world) => redone(world, { ...office365, directoryId: "99999999-2222-3333-4444-555555555555" }),
    },
  ])("when $title changes", async ({ change }) => {
    const world = await connectedWorld(start(), office365);

    await change(world);

    expect(await world.status()).toBe("not-connected");
    expect(await world.token()).toMatchObject({ ok: false, reason: "oauth-not-connected" });
    await world.upkeep();
    expect(world.secrets.versions.at(-1)).toMatchObject({ label: "tokens", value: { secret: "" } });
    expect(await world.states.scopes()).not.toContain(world.scope);
  });

  test("when the grant changes: an application asks for its own", async () => {
    const world = await connectedWorld(start(), office365);
    await world.putSettings({ ...office365, grant: "client_credentials" });
    const status = await world.status();

    const requests = await requestsDuring(() => world.token());

    expect(status).toBe("not-connected");
    expect(requests).toEqual([expect.objectContaining({ grant_type: "client_credentials" })]);
  });

  test("when the redirect URI changes", async () => {
    const world = await connectedWorld(start());

    const answer = await world.token("https://elsewhere.example/v1/oauth/callback");

    expect(answer).toMatchObject({ ok: false, reason: "oauth-not-connected" });
  });

  test.each<{ title: string; change: (world: World) => Promise<void> }>([
    { title: "the host", change: (world) => world.putSettings(gmail, "smtp-relay.gmail.com") },
    { title: "the user name", change: (world) => world.putSettings({ ...gmail, username: "bot@acme.example" }) },
    { title: "nothing", change: (world) => world.putSettings(gmail) },
  ])("but not when $title changes", async ({ change }) => {
    const world = await connectedWorld(start());

    await change(world);
    await world.upkeep();

    expect(await world.status()).toBe("connected");
    expect(await world.token()).toMatchObject({ ok: true });
  });
});
