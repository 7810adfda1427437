import { describe, expect, test } from "vitest";
import type { Subscription } from "../../shared/domain/unsubscribe-token.ts";
import { linkKeyOf, sealSubscription } from "../../shared/domain/unsubscribe-token.ts";
import { requestFor, startApi } from "../fakes/api.ts";
import { addressOf, NOW, scopeOf, tenantNamed } from "../fakes/builders.ts";
import { LINK_KEY } from "../fakes/plain-mails.ts";

const ADA: Subscription = { tenant: tenantNamed("acme"), address: addressOf("Ada+ci@acme.example") };

const TOKEN = sealSubscription(LINK_KEY, ADA);

type Api = ReturnType<typeof startApi>;

const listed = async ({ config }: Api, scope = "acme") =>
  (await config.suppressions.list(scopeOf(scope), { limit: 10 })).items;

/** The bodies that come with a POST: a mail program's two (RFC 8058 section 3.2), the page's own, and others' mischief. */
const BODIES = [
  {
    title: "a form, from a mail program",
    type: "application/x-www-form-urlencoded",
    body: Buffer.from("List-Unsubscribe=One-Click"),
  },
  {
    title: "multipart, from a mail program",
    type: "multipart/form-data; boundary=b",
    body: Buffer.from('--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'),
  },
  { title: "an empty form, from the page", type: "application/x-www-form-urlencoded", body: Buffer.alloc(0) },
  { title: "broken JSON", type: "application/json", body: Buffer.from('{"__proto__":') },
  { title: "much of nothing", type: "application/octet-stream", body: Buffer.alloc(1_000_000) },
];

const post = (api: Api, id = TOKEN, { type, body }: { type: string; body: Buffer } = BODIES[0] ?? NOTHING) => {
  const request = requestFor("unsubscribe", { id, headers: { "content-type": type } });
  return api.send("unsubscribe", { ...request, body: body.toString("base64"), isBase64Encoded: true });
};

const NOTHING = { type: "", body: Buffer.alloc(0) };

describe("the page behind the link", () => {
  test("shows whom it is about and a button, and changes nothing however often it is opened", async () => {
    const api = startApi();

    const [page, again] = [
      await api.call("showUnsubscribe", { id: TOKEN }),
      await api.call("showUnsubscribe", { id: TOKEN }),
    ];

    expect(page.status).toBe(200);
    expect(again.text).toBe(page.text);
    for (const words of ["Ada+ci@acme.example", "acme", '<form method="post"><button>Unsubscribe</button></form>']) {
      expect(page.text).toContain(words);
    }
    expect(await listed(api)).toEqual([]);
  });

  test("loads and runs nothing, is kept and found by nobody, and posts only to itself", async () => {
    const { headers, text } = await startApi().call("showUnsubscribe", { id: TOKEN });

    expect(headers).toEqual({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex",
    });
    expect(text).not.toMatch(/<script|<img|<link|https?:|url\(|@import| on\w+=/i);
  });

  test("shows an address as text, whatever characters it has", async () => {
    const address = addressOf("a&b'c{d}|e`f@acme.example");

    const { text } = await startApi().call("showUnsubscribe", { id: sealSubscription(LINK_KEY, { ...ADA, address }) });

    expect(text).toContain("a&amp;b'c{d}|e`f@acme.example");
  });
});

describe("unsubscribing", () => {
  test.each(BODIES)("takes one POST with $title, without login or redirect", async (content) => {
    const api = startApi();

    const answered = await post(api, TOKEN, content);

    expect(answered.status).toBe(200);
    expect(answered.text).toContain("You are unsubscribed");
    expect(answered.headers).not.toHaveProperty("location");
    expect(answered.headers).not.toHaveProperty("set-cookie");
    expect(await listed(api)).toEqual([
      {
        address: "Ada+ci@acme.example",
        cause: "unsubscribed",
        reason: null,
        deliveryId: null,
        createdAt: NOW.toISOString(),
        createdBy: "recipient",
      },
    ]);
  });

  test("comes to the same when it is done again, and says the same", async () => {
    const api = startApi();

    const first = await post(api);
    const entries = await listed(api);
    const again = await post(api);

    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(await listed(api)).toEqual(entries);
  });

  test("leaves an address as it is that gets no mail at all, and says that it is done", async () => {
    const api = startApi();
    const bounced = { address: ADA.address, cause: "bounced", reason: "550", deliveryId: null } as const;
    await api.config.suppressions.add(scopeOf("acme"), bounced, { by: "tidings", at: NOW });

    const answered = await post(api);

    expect(answered.status).toBe(200);
    expect(await listed(api)).toMatchObject([{ cause: "bounced" }]);
  });

  test("is about one tenant, and is no administrator's change to be audited", async () => {
    const api = startApi();

    await post(api);

    expect(await listed(api, "globex")).toEqual([]);
    expect((await api.call("listAudit", { scope: "system", groups: "[system:admin]" })).body.items).toEqual([]);
  });

  test("logs neither the address nor the link", async () => {
    const api = startApi();

    await post(api);

    expect(api.log.lines).toEqual([{ level: "info", event: "address.unsubscribed", fields: { tenant: "acme" } }]);
  });
});

describe.each(["showUnsubscribe", "unsubscribe"] as const)("a link that is none of ours, at %s", (operation) => {
  const changed = `${TOKEN.startsWith("AQ") ? TOKEN.slice(0, -1) : ""}${TOKEN.endsWith("A") ? "Q" : "A"}`;
  const wrong = [
    changed,
    TOKEN.slice(0, 20),
    `${TOKEN}.`,
    sealSubscription(linkKeyOf("the secret of another installation"), ADA),
    "favicon.ico",
    "x".repeat(10_000),
    "",
    "🚀\u0000",
  ];

  test("gets the same page whatever is wrong with it, and changes nothing", async () => {
    const api = startApi();

    const answers = await Promise.all(wrong.map((id) => api.call(operation, { id })));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.text).toContain("This link does not work");
    expect(await listed(api)).toEqual([]);
    expect(api.log.lines).toEqual([]);
  });
});

describe.each(["showUnsubscribe", "unsubscribe"] as const)("a failure of ours, at %s", (operation) => {
  test("is told on a page, is logged once, and leaves the next try to work", async () => {
    const failure = new Error("throttled: c4n4ry");
    const answers = [() => Promise.reject(failure), async () => LINK_KEY];
    const api = startApi({ linkKeys: { get: () => answers.shift()?.() ?? Promise.reject(new Error("asked again")) } });

    const [failed, next] = [await api.call(operation, { id: TOKEN }), await api.call(operation, { id: TOKEN })];

    expect([failed.status, next.status]).toEqual([503, 200]);
    expect(api.metrics.sums()).toMatchObject({ UnsubscribesFailed: 1 });
    expect(failed.text).toContain("try again in a minute");
    expect(failed.text).not.toContain("c4n4ry");
    expect(api.log.lines.filter(({ level }) => level === "error")).toMatchObject([
      { event: "request.failed", fields: { requestId: "request-1" }, error: failure },
    ]);
  });
});
