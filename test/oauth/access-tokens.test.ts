import type { LambdaClient } from "@aws-sdk/client-lambda";
import { describe, expect, test } from "vitest";
import { createAccessTokens } from "../../shared/tokens/access-tokens.ts";
import { keepAccessTokens } from "../../shared/tokens/keep-access-tokens.ts";
import { later, NOW, scopeOf } from "../fakes/builders.ts";

const ACME = scopeOf("acme");

const LOGIN = "ci@acme.example, secret v1";

const given = (expiresAt: Date) => ({ ok: true, accessToken: "token-1", expiresAt: expiresAt.toISOString() });

/** A Lambda client that answers every invocation alike, and remembers what it was asked. */
const createClient = (answer: () => { readonly payload?: string; readonly error?: string }) => {
  const asked: unknown[] = [];
  const send = async (command: {
    readonly input: { readonly Payload?: Uint8Array; readonly FunctionName?: string };
  }) => {
    const { Payload = new Uint8Array(), FunctionName } = command.input;
    asked.push([FunctionName, JSON.parse(Buffer.from(Payload).toString())]);
    const { payload, error } = answer();
    return { FunctionError: error, Payload: payload === undefined ? undefined : Buffer.from(payload) };
  };
  return { asked, client: { send: send as LambdaClient["send"] } };
};

describe("access tokens from the oauth function", () => {
  test("are asked for by scope", async () => {
    const { client, asked } = createClient(() => ({ payload: JSON.stringify(given(later(3600))) }));

    const answer = await createAccessTokens(client, "oauth-fn").get(ACME, LOGIN);

    expect(answer).toEqual(given(later(3600)));
    expect(asked).toEqual([["oauth-fn", { kind: "access-token", scope: "acme" }]]);
  });

  test.each([
    { title: "kept for five minutes", life: 3600, pass: 299, asks: 1 },
    { title: "asked for again after five minutes", life: 3600, pass: 301, asks: 2 },
    { title: "asked for again a minute before their end", life: 120, pass: 61, asks: 2 },
  ])("are $title", async ({ life, pass, asks }) => {
    let now = NOW;
    const { client, asked } = createClient(() => ({ payload: JSON.stringify(given(later(life))) }));
    const tokens = keepAccessTokens(createAccessTokens(client, "oauth-fn"), () => now);
    await tokens.get(ACME, LOGIN);
    now = later(pass);

    await tokens.get(ACME, LOGIN);

    expect(asked).toHaveLength(asks);
  });

  test("are asked for once by many mails at once, and for each scope apart", async () => {
    const { client, asked } = createClient(() => ({ payload: JSON.stringify(given(later(3600))) }));
    const tokens = keepAccessTokens(createAccessTokens(client, "oauth-fn"), () => NOW);

    await Promise.all([tokens.get(ACME, LOGIN), tokens.get(ACME, LOGIN), tokens.get(scopeOf("beta"), LOGIN)]);

    expect(asked).toHaveLength(2);
  });

  test("are not those of another login or client secret, and not kept by who asks without keeping", async () => {
    const { client, asked } = createClient(() => ({ payload: JSON.stringify(given(later(3600))) }));
    const plain = createAccessTokens(client, "oauth-fn");
    const tokens = keepAccessTokens(plain, () => NOW);
    await tokens.get(ACME, LOGIN);

    await tokens.get(ACME, "ci@acme.example, secret v2");
    await plain.get(ACME, LOGIN);

    expect(asked).toHaveLength(3);
  });

  test("that are refused are asked for again each time", async () => {
    const refusal = { ok: false, reason: "oauth-refused", message: "no" };
    const { client, asked } = createClient(() => ({ payload: JSON.stringify(refusal) }));
    const tokens = keepAccessTokens(createAccessTokens(client, "oauth-fn"), () => NOW);

    const answers = [await tokens.get(ACME, LOGIN), await tokens.get(ACME, LOGIN)];

    expect(answers).toEqual([refusal, refusal]);
    expect(asked).toHaveLength(2);
  });

  test.each([
    { title: "fails", answer: () => ({ error: "Unhandled", payload: '{"errorMessage":"secret"}' }) },
    { title: "answers something else", answer: () => ({ payload: '{"ok":"maybe"}' }) },
    { title: "answers nothing", answer: () => ({}) },
    {
      title: "cannot be called",
      answer: () => {
        throw new Error("no network");
      },
    },
  ])("are unavailable for now when the function $title", async ({ answer }) => {
    const { client } = createClient(answer);

    const got = await createAccessTokens(client, "oauth-fn").get(ACME, LOGIN);

    expect(got).toMatchObject({ ok: false, reason: "oauth-unavailable" });
    expect(JSON.stringify(got)).not.toContain("secret");
  });
});
