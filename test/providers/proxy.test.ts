import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { SmtpSettings } from "../../shared/domain/mail-settings.ts";
import type { Provider, SendStep } from "../../shared/flow/provider-ports.ts";
import { createEgressGuard } from "../../shared/providers/egress.ts";
import { createSmtpProvider } from "../../shared/providers/smtp.ts";
import { expectNoSecret } from "../contract/provider-suite.ts";
import { type Certificate, makeAuthority, makeCertificate } from "../fakes/certificates.ts";
import { type FakeProxy, type ProxyOptions, startHttpProxy } from "../fakes/http-proxy.ts";
import { type SocksOptions, startSocksProxy } from "../fakes/socks-proxy.ts";
import { aMail, noDeadline } from "./outgoing-mail.ts";
import { HOST, relayWith, smtpSettings } from "./smtp-harness.ts";

const PROXY_HOST = "proxy.globex.example";
const PASSWORD = "swordfish-of-the-proxy";
const LOGIN = `p:${PASSWORD}`;

let authority: Certificate;
let certificate: Certificate;

beforeAll(async () => {
  authority = await makeAuthority();
  certificate = await makeCertificate({ hosts: [HOST, PROXY_HOST], authority });
});

const running = async (starting: Promise<FakeProxy>): Promise<FakeProxy> => {
  const proxy = await starting;
  onTestFinished(() => proxy.stop());
  return proxy;
};

const httpProxy = (options: ProxyOptions = {}) => running(startHttpProxy(options));
const socksProxy = (options: SocksOptions = {}) => running(startSocksProxy(options));

/** A provider that goes by a proxy; both may be reached, and the names lead to this machine. */
const providerBy = (
  url: string,
  {
    port,
    password = PASSWORD,
    ...changes
  }: { readonly port: number; readonly password?: string } & Partial<SmtpSettings>,
): Provider => {
  const here = (address: string) => address === "127.0.0.1";
  const provider = createSmtpProvider({
    settings: smtpSettings(port, { caPem: authority.cert, proxy: { url, username: "p" }, ...changes }),
    secrets: { proxyPassword: password },
    guard: createEgressGuard({
      allowedTargets: [port, Number(url.split(":").at(-1))].map((one) => ({ port: one, network: here })),
      resolve: async () => ["127.0.0.1"],
    }),
  });
  onTestFinished(() => provider.close());
  return provider;
};

describe.each([
  { scheme: "http", start: () => httpProxy({ login: LOGIN }) },
  { scheme: "https", start: () => httpProxy({ login: LOGIN, certificate }) },
  { scheme: "socks5", start: () => socksProxy({ login: LOGIN }) },
])("by a proxy with $scheme and a login", ({ scheme, start }) => {
  test.each(["implicit", "starttls", "none"] as const)(
    "a mail with security %s arrives, and the proxy is asked for the checked address",
    async (security) => {
      const proxy = await start();
      const relay = await relayWith({ security, certificate });
      const provider = providerBy(`${scheme}://${PROXY_HOST}:${proxy.port}`, { port: relay.port, security });
      const steps: SendStep[] = [];

      const outcome = await provider.send(aMail(), noDeadline(), (step) => steps.push(step));

      expect(outcome).toMatchObject({ kind: "accepted" });
      expect(relay.mails).toMatchObject([{ secure: security !== "none" }]);
      expect(proxy.requests).toEqual([{ target: `127.0.0.1:${relay.port}`, login: LOGIN }]);
      expect(steps.slice(0, 2)).toMatchObject([
        { name: "dns", ok: true },
        { name: "connect", ok: true },
      ]);
    },
  );

  test("a wrong password is refused by the proxy, and the mail server hears nothing", async () => {
    const proxy = await start();
    const relay = await relayWith({ security: "none" });
    const provider = providerBy(`${scheme}://${PROXY_HOST}:${proxy.port}`, {
      port: relay.port,
      password: "wrong-password",
    });

    const outcome = await provider.send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "proxy-refused", phase: "connect", code: null });
    expectNoSecret(outcome, "wrong-password");
    expect(relay.connections()).toBe(0);
  });
});

describe("a proxy without login", () => {
  test.each([
    { scheme: "http", start: () => httpProxy() },
    { scheme: "socks5", start: () => socksProxy() },
  ])("with $scheme lets through without being told a password", async ({ scheme, start }) => {
    const proxy = await start();
    const relay = await relayWith({ security: "none" });
    const url = `${scheme}://${PROXY_HOST}:${proxy.port}`;

    const outcome = await providerBy(url, { port: relay.port, proxy: { url, username: null } }).send(
      aMail(),
      noDeadline(),
    );

    expect(outcome).toMatchObject({ kind: "accepted" });
    expect(proxy.requests[0]?.login).toBeUndefined();
  });
});

/** What a proxy does instead, and what it comes to. */
const FAILURES: readonly (readonly [string, () => Promise<FakeProxy>, "http" | "https" | "socks5", string, string])[] =
  [
    ["wants a login (407)", () => httpProxy({ behaviour: 407 }), "http", "config", "proxy-refused"],
    ["forbids it (403)", () => httpProxy({ behaviour: 403 }), "http", "config", "proxy-refused"],
    ["cannot connect (502)", () => httpProxy({ behaviour: 502 }), "http", "transient", "proxy-failed"],
    ["redirects (302)", () => httpProxy({ behaviour: 302 }), "http", "transient", "proxy-failed"],
    [
      "is no proxy",
      () => httpProxy({ behaviour: { say: "220 mail.example ESMTP\r\n" } }),
      "http",
      "transient",
      "proxy-failed",
    ],
    ["speaks no TLS", () => httpProxy(), "https", "transient", "proxy-failed"],
    ["forbids it (SOCKS)", () => socksProxy({ behaviour: 2 }), "socks5", "config", "proxy-refused"],
    ["cannot connect (SOCKS)", () => socksProxy({ behaviour: 5 }), "socks5", "transient", "proxy-failed"],
    [
      "is no SOCKS proxy",
      () => socksProxy({ behaviour: { say: "HTTP/1.1 400\r\n\r\n" } }),
      "socks5",
      "transient",
      "proxy-failed",
    ],
  ];

describe("a proxy", () => {
  test.each(FAILURES)("that %s ends the send before anything was said", async (_, start, scheme, ...expected) => {
    const proxy = await start();
    const relay = await relayWith({ security: "none" });
    const provider = providerBy(`${scheme}://${PROXY_HOST}:${proxy.port}`, { port: relay.port, timeoutMs: 2000 });

    const outcome = await provider.send(aMail(), noDeadline());

    const [failureClass, reason] = expected;
    expect(outcome).toMatchObject({ kind: "failed", class: failureClass, reason, phase: "connect" });
    expectNoSecret(outcome, PASSWORD);
    expect(relay.mails).toHaveLength(0);
  });

  test("that nobody runs is the proxy's failure and not the server's", async () => {
    const proxy = await startHttpProxy();
    await proxy.stop();

    const outcome = await providerBy(`http://${PROXY_HOST}:${proxy.port}`, { port: 4711 }).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "transient", reason: "proxy-failed", phase: "connect" });
  });

  test.each([
    { title: "says nothing", start: () => httpProxy({ behaviour: "silence" }), scheme: "http" },
    { title: "never ends its answer", start: () => httpProxy({ behaviour: "trickle" }), scheme: "http" },
    { title: "says nothing (SOCKS)", start: () => socksProxy({ behaviour: "silence" }), scheme: "socks5" },
  ])("that $title costs no more than the settings allow", async ({ start, scheme }) => {
    const proxy = await start();
    const provider = providerBy(`${scheme}://${PROXY_HOST}:${proxy.port}`, { port: 4711, timeoutMs: 1000 });

    const outcome = await provider.send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "transient", reason: "proxy-failed", text: expect.stringMatching(/time/) });
  });

  test("that says nothing is given up at the deadline of the send", async () => {
    const proxy = await httpProxy({ behaviour: "silence" });
    const provider = providerBy(`http://${PROXY_HOST}:${proxy.port}`, { port: 4711 });

    const outcome = await provider.send(aMail(), AbortSignal.timeout(200));

    expect(outcome).toMatchObject({ class: "transient", reason: "proxy-failed", phase: "connect" });
  });

  test("with a password longer than SOCKS5 can carry is refused before it is told", async () => {
    const proxy = await socksProxy({ login: LOGIN });
    const provider = providerBy(`socks5://${PROXY_HOST}:${proxy.port}`, { port: 4711, password: "x".repeat(256) });

    const outcome = await provider.send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "proxy-refused", text: expect.stringMatching(/255/) });
    expect(proxy.requests).toHaveLength(0);
  });

  test("with a certificate for another name is not told the password", async () => {
    const other = await makeCertificate({ hosts: ["other.example"], authority });
    const proxy = await httpProxy({ certificate: other });

    const outcome = await providerBy(`https://${PROXY_HOST}:${proxy.port}`, { port: 4711 }).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ reason: "proxy-failed", text: expect.stringMatching(/another name/) });
    expect(proxy.requests).toHaveLength(0);
  });

  test("at an address inside, or at a port that is no proxy's, is refused without a connection", async () => {
    const proxy = await httpProxy();
    const guard = createEgressGuard({
      allowedTargets: [],
      resolve: async (host) => [host === HOST ? "8.8.8.8" : "10.0.0.1"],
    });
    const sendBy = (url: string) =>
      createSmtpProvider({
        settings: smtpSettings(587, { proxy: { url, username: null } }),
        secrets: {},
        guard,
      }).send(aMail(), noDeadline());

    const outcomes = [
      await sendBy(`http://${PROXY_HOST}:3128`),
      await sendBy(`http://${PROXY_HOST}:${proxy.port}`),
      await sendBy("http://127.0.0.1:3128"),
    ];

    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ class: "config", reason: "target-refused", phase: "dns" });
      expect(outcome.text).toMatch(/^The proxy: /);
    }
  });
});
