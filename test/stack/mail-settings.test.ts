import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Certificate, makeAuthority, makeCertificate } from "../fakes/certificates.ts";
import { type OAuthIssuer, startOAuthIssuer } from "../fakes/oauth-issuer.ts";
import { type Relay, startRelay } from "../fakes/relay.ts";
import { addTenant, put } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type RunningStack, startStack } from "./running-stack.ts";

const MAILBOX = "ci@gmail.example";
const USERNAME = "mailer";
const PASSWORD = "planted-password-71c0de";
const NEXT_PASSWORD = "planted-next-password-5eedb4";
const WRONG_PASSWORD = "planted-wrong-password-bad9f2";
const CLIENT_SECRET = "planted-client-secret-0a2f6e";

/** States and codes of consents that were begun. */
const consentSecrets: string[] = [];

/** What the relay of passwords accepts, and the one that it moves to. */
const login = { username: USERNAME, password: PASSWORD };

let authority: Certificate;
let issuer: OAuthIssuer;
let relay: Relay;
let otherRelay: Relay;
let gmail: Relay;
let closedPort: number;
let stack: RunningStack;

beforeAll(async () => {
  authority = await makeAuthority();
  const certificate = await makeCertificate({ hosts: ["127.0.0.1"], authority });
  issuer = await startOAuthIssuer();
  issuer.claimAlso({ email: MAILBOX });
  relay = await startRelay({ security: "starttls", certificate, login });
  otherRelay = await startRelay({ security: "starttls", certificate, login });
  gmail = await startTokenRelay(certificate);
  closedPort = await portOfNobody();
  const targets = [relay.port, otherRelay.port, gmail.port, closedPort].map((port) => `127.0.0.1:${port}`);
  stack = await startStack([
    ...["--set", `oauth.googleIssuer=${issuer.url}`, "--set", `egress.allowedTargets=${targets.join(",")}`],
    ...["--set", "retry.baseSeconds=1", "--set", "retry.capSeconds=1", "--schedule-every-ms", "500"],
  ]);
});

afterAll(async () => {
  await stack?.stop();
  await Promise.all([relay, otherRelay, gmail, issuer].map((server) => server?.stop()));
});

afterEach(async () => {
  const planted = [PASSWORD, NEXT_PASSWORD, WRONG_PASSWORD, CLIENT_SECRET, ...consentSecrets, ...issuer.handedOut];
  expect(leakedInto(await stack.logs(), planted)).toEqual([]);
});

/** A mail server that lets the mailbox in with whatever the issuer has handed out, and with nothing else. */
const startTokenRelay = (certificate: Certificate): Promise<Relay> =>
  startRelay({
    security: "starttls",
    certificate,
    login: { username: MAILBOX, password: "not used" },
    server: {
      authMethods: ["XOAUTH2", "PLAIN"],
      onAuth: ({ method, username, accessToken = "" }, _session, done) => {
        if (method === "XOAUTH2" && issuer.handedOut.includes(accessToken)) done(null, { user: `token:${username}` });
        else done(null, { data: { status: "401", schemes: "bearer", scope: "https://mail.google.com/" } });
      },
    },
  });

const portOfNobody = async (): Promise<number> => {
  const closed = await startRelay({ security: "none" });
  await closed.stop();
  return closed.port;
};

/** The secrets that a text gives away: as they are, in Base64, or as the logins that servers are told. */
const leakedInto = (text: string, secrets: readonly string[]): string[] =>
  secrets.filter((secret) =>
    [secret, `\0${USERNAME}\0${secret}`, `user=${MAILBOX}\u0001auth=Bearer ${secret}\u0001\u0001`].some(
      (form) => text.includes(form) || text.includes(Buffer.from(form).toString("base64")),
    ),
  );

const settingsFor = (port: number, auth: object, more: object = {}): object => ({
  from: { address: "ci@acme.example" },
  provider: { kind: "smtp", host: "127.0.0.1", port, security: "starttls", caPem: authority.cert, auth, ...more },
});

const withPassword = (port: number): object => settingsFor(port, { type: "password", username: USERNAME });

const pathOf = (scope: string): string => `/scopes/${scope}/mail-settings`;

const publish = (scope: string, id: string): Promise<void> =>
  stack.publish([{ source: scope, detail: { id, scope, type: "PipelineFailed", message: `It is ${id}.` } }]);

/** The mail about an event, at the relay that should get it. */
const mailAbout = (id: string, at: Relay) =>
  eventually(`the mail about ${id}`, async () => at.mails.find(({ raw }) => raw.includes(`It is ${id}.`)));

/** The delivery of an event in a state. */
const deliveryOf = (scope: string, id: string, state: string) =>
  eventually(`the delivery of ${id} as ${state}`, async () => {
    const { body } = await stack.api("GET", `/scopes/${scope}/deliveries`);
    return body.items.find((item) => item.eventId === id && item.state === state);
  });

/** Begins consent, grants it as a person would, and answers where the issuer sends the browser. */
const consent = async (scope: string): Promise<string> => {
  const begun = await stack.api("POST", `${pathOf(scope)}/oauth/authorize`);
  const { authorizationUrl } = JSON.parse(begun.text);
  const callback = await issuer.callbackOf(authorizationUrl);
  consentSecrets.push(...["state", "code"].flatMap((name) => callback.searchParams.get(name) ?? []));
  return callback.href;
};

const addGmail = async (scope: string): Promise<void> => {
  const auth = { type: "oauth2", username: MAILBOX, issuer: "google", grant: "authorization_code", clientId: "client" };
  await addTenant(stack, scope, `reader@${scope}.example`);
  await put(stack, `${scope}/mail-settings`, settingsFor(gmail.port, auth));
  await put(stack, `${scope}/mail-settings/credentials`, { clientSecret: CLIENT_SECRET });
};

const addPassword = async (scope: string, password: string): Promise<void> => {
  await addTenant(stack, scope, `reader@${scope}.example`);
  await put(stack, `${scope}/mail-settings`, withPassword(relay.port));
  await put(stack, `${scope}/mail-settings/credentials`, { password });
};

describe("a mailbox with OAuth 2.0", () => {
  test("is connected by one consent, and sends with the token that it gave", async () => {
    await addGmail("gmail");
    const before = await stack.api("GET", `${pathOf("gmail")}/oauth`);

    const callback = await consent("gmail");
    const page = await fetch(callback);

    expect(before.body).toMatchObject({ status: "not-connected", issuer: "google", username: MAILBOX });
    expect(callback.startsWith(`${JSON.parse(before.text).redirectUri}?`)).toBe(true);
    expect(page.status).toBe(200);
    expect((await stack.api("GET", `${pathOf("gmail")}/oauth`)).body).toMatchObject({ status: "connected" });
    expect((await stack.api("GET", pathOf("gmail"))).body).toMatchObject({ oauth: { status: "connected" } });
    await publish("gmail", "by-token");
    const mail = await mailAbout("by-token", gmail);
    expect(mail).toMatchObject({ login: `token:${MAILBOX}`, secure: true, to: ["reader@gmail.example"] });
    expect((await fetch(callback)).status).toBe(400);
    expect((await stack.api("GET", `${pathOf("gmail")}/oauth`)).body).toMatchObject({ status: "connected" });
  });

  test("is not connected by the answer to a consent that settings have left behind", async () => {
    await addGmail("moved");
    const callback = await consent("moved");
    await put(stack, "moved/mail-settings/credentials", { clientSecret: CLIENT_SECRET });

    const page = await fetch(callback);

    expect(page.status).toBe(400);
    expect(await page.text()).toContain("changed since this consent was begun");
    expect((await stack.api("GET", `${pathOf("moved")}/oauth`)).body).toMatchObject({ status: "not-connected" });
  });
});

describe("a connection test", () => {
  test("goes through all steps to a mail, and is remembered", async () => {
    await addPassword("tested", login.password);

    const answer = await stack.api("POST", `${pathOf("tested")}/test`, { to: "ada@tested.example" });

    const { steps, messageId, ...rest } = JSON.parse(answer.text);
    const names = ["settings", "dns", "connect", "greeting", "tls", "auth", "sender", "recipient", "accepted"];
    expect(rest).toEqual({ ok: true, code: null, hint: null });
    expect(steps).toMatchObject(names.map((name) => ({ name, ok: true })));
    const mail = relay.mails.find(({ to }) => to.includes("ada@tested.example"));
    expect(mail?.raw.includes(messageId)).toBe(true);
    expect((await stack.api("GET", pathOf("tested"))).body).toMatchObject({ lastTest: { ok: true, code: null } });
  });

  test("against a port where nobody listens says so with a hint, and is remembered", async () => {
    await addTenant(stack, "closed", "reader@closed.example");
    await put(stack, "closed/mail-settings", settingsFor(closedPort, { type: "none" }));

    const { body } = await stack.api("POST", `${pathOf("closed")}/test`, { to: "ada@closed.example" });

    const failure = { ok: false, code: "connection-refused", hint: expect.stringMatching(/\w/) };
    expect(body).toMatchObject({ ...failure, messageId: null });
    expect((await stack.api("GET", pathOf("closed"))).body).toMatchObject({ lastTest: failure });
  });
});

describe("a password", () => {
  test("that is rotated is used by the next mail, and another server gets it only when it is given again", async () => {
    await addPassword("rotated", login.password);
    await publish("rotated", "before");
    const first = await mailAbout("before", relay);
    login.password = NEXT_PASSWORD;

    await put(stack, "rotated/mail-settings/credentials", { password: NEXT_PASSWORD });
    await publish("rotated", "after");
    const second = await mailAbout("after", relay);
    await put(stack, "rotated/mail-settings", withPassword(otherRelay.port));
    const moved = await stack.api("GET", pathOf("rotated"));
    await publish("rotated", "moved");
    const waiting = await deliveryOf("rotated", "moved", "deferred");
    const connectionsWithout = otherRelay.connections();
    await put(stack, "rotated/mail-settings/credentials", { password: NEXT_PASSWORD });
    const third = await mailAbout("moved", otherRelay);

    const logins = [first, second, third].map((mail) => mail.login);
    expect(logins).toEqual([PASSWORD, NEXT_PASSWORD, NEXT_PASSWORD].map((password) => `${USERNAME}:${password}`));
    expect(moved.body).toMatchObject({ credentialState: "credentials-required" });
    expect(waiting.attempts[0]).toMatchObject({ class: "config", reason: "credentials-required" });
    expect(connectionsWithout).toBe(0);
    expect((await stack.api("GET", pathOf("rotated"))).body).toMatchObject({ credentialState: "ready" });
    await deliveryOf("rotated", "moved", "accepted");
  });

  test("that is wrong keeps the mail waiting, and neither logs nor answers repeat it", async () => {
    await addPassword("wrong", WRONG_PASSWORD);

    await publish("wrong", "refused");
    const waiting = await deliveryOf("wrong", "refused", "deferred");
    const tested = await stack.api("POST", `${pathOf("wrong")}/test`, { to: "ada@wrong.example" });

    expect(waiting.attempts[0]).toMatchObject({ class: "config", code: 535 });
    expect(tested.body).toMatchObject({ ok: false, code: "login-refused" });
    expect(leakedInto(stack.answers.join("\n"), [PASSWORD, NEXT_PASSWORD, WRONG_PASSWORD, CLIENT_SECRET])).toEqual([]);
    expect(await stack.logs()).toContain("mail.not-accepted");
  });
});
