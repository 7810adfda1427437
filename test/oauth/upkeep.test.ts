import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createOAuthHandler } from "../../functions/oauth/handler.ts";
import { CONTEXT } from "../fakes/api.ts";
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
afterEach(() => issuer.answerAlso({}));

const start = () => ({ table: tables.config, issuerUrl: issuer.url, consent: issuer.consent });

const DAY = 86_400;

describe("upkeep", () => {
  test("warns 30, 14, 7 and 1 days before consent ends and says so at the end, each once", async () => {
    issuer.answerAlso({ refresh_token_expires_in: 40 * DAY });
    const world = await connectedWorld(start());
    // From now on the issuer counts down: consent ends when it was to end.
    const endMs = world.depsOf().now().getTime() + 40 * DAY * 1000;
    const warnedOn: number[] = [];

    for (let day = 0; day < 42; day += 1) {
      const left = Math.round((endMs - world.depsOf().now().getTime()) / 1000);
      issuer.answerAlso({ refresh_token_expires_in: Math.max(left, 1) });
      if (left <= 0) issuer.withdrawConsent();
      const before = world.outbox.jobs().length;
      await world.upkeep();
      await world.upkeep();
      if (world.outbox.jobs().length > before) warnedOn.push(40 - day);
      world.pass(DAY);
    }

    expect(warnedOn).toEqual([30, 14, 7, 1, 0]);
    expect(world.outbox.jobs().map(({ event }) => event?.type)).toEqual([
      ...Array(4).fill("MailCredentialsExpiring"),
      "MailReconnectNeeded",
    ]);
    expect(world.outbox.jobs().every(({ scope }) => scope === "system")).toBe(true);
  });

  test("warns once when several warnings are due at once", async () => {
    issuer.answerAlso({ refresh_token_expires_in: 5 * DAY });
    const world = await connectedWorld(start());

    await world.upkeep();

    expect(world.outbox.jobs()).toHaveLength(1);
    expect(world.outbox.jobs()[0]?.event?.message).toContain("in 7 days or less");
    expect(await world.status()).toBe("expiring");
  });

  test("keeps an idle Microsoft mailbox alive, so that nobody has to be warned", async () => {
    const world = await connectedWorld(start(), office365);
    const before = issuer.requests.length;

    for (let day = 0; day < 120; day += 1) {
      world.pass(DAY);
      await world.upkeep();
    }

    expect(await world.status()).toBe("connected");
    expect(issuer.requests.length - before).toBe(120);
    expect(world.outbox.jobs()).toEqual([]);
  });

  test("leaves a mailbox alone that was renewed today", async () => {
    const world = await connectedWorld(start());
    const before = issuer.requests.length;
    world.pass(DAY / 2);

    await world.upkeep();

    expect(issuer.requests.length).toBe(before);
  });

  test("notices within a day that consent was withdrawn", async () => {
    const world = await connectedWorld(start());
    issuer.withdrawConsent();
    world.pass(DAY);

    await world.upkeep();

    expect(await world.status()).toBe("reconnect-needed");
    expect(world.outbox.jobs()).toHaveLength(1);
  });

  test("forgets consent that nobody came back for", async () => {
    const world = createWorld(start());
    await world.putSettings(gmail);
    await world.giveSecret(gmail);
    const query = await issuer.consent(await world.begin());
    world.pass(DAY);

    await world.upkeep();

    const page = await world.comeBack(query);
    expect(page.status).toBe(400);
    expect(page.text).toContain("was never begun here");
  });

  test("goes on with the other mailboxes when one fails", async () => {
    const [broken, fine] = [await connectedWorld(start()), await connectedWorld(start())];
    issuer.withdrawConsent();
    fine.pass(DAY);
    const deps = fine.depsOf();
    const { settings } = deps.config;
    const handler = createOAuthHandler({
      ...deps,
      states: { ...deps.states, scopes: async () => [broken.scope, fine.scope] },
      config: {
        ...deps.config,
        settings: async (scope) => {
          if (scope === broken.scope) throw new Error("cannot read");
          return settings(scope);
        },
      },
    });

    await handler({ "detail-type": "Scheduled Event" }, { ...CONTEXT, getRemainingTimeInMillis: () => 300_000 });

    expect(fine.outbox.jobs()).toHaveLength(1);
    expect(fine.log.lines).toContainEqual(expect.objectContaining({ event: "oauth.upkeep-failed" }));
  });
});
