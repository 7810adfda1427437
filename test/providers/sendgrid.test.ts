import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Provider } from "../../shared/flow/provider-ports.ts";
import { createSendGridProvider } from "../../shared/providers/sendgrid.ts";
import {
  type ArrivedMail,
  describeProvider,
  expectNoSecret,
  type ProviderUnderTest,
  type Treatment,
} from "../contract/provider-suite.ts";
import { makeCertificate } from "../fakes/certificates.ts";
import {
  accept,
  type SendGridAnswer,
  type SendGridMail,
  type SendGridServer,
  startSendGrid,
} from "../fakes/sendgrid-server.ts";
import { address, aMail, noDeadline } from "./outgoing-mail.ts";

const API_KEY = "SG.the-key-of-acme";

const providerAt = (baseUrl: string, apiKey = API_KEY, url = "/v3/mail/send"): Provider =>
  createSendGridProvider({ settings: { kind: "sendgrid", region: "global", url }, apiKey, baseUrl, timeoutMs: 10_000 });

const answerJson =
  (status: number, body: object, headers: Record<string, string> = {}): SendGridAnswer =>
  (_call, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };

/** An error as SendGrid words it, which here repeats the key. */
const refuse = (status: number, headers?: Record<string, string>): SendGridAnswer =>
  answerJson(status, { errors: [{ message: `not with ${API_KEY}`, field: null, help: null }] }, headers);

const TREATMENTS: Record<Treatment, SendGridAnswer> = {
  accept,
  permanent: refuse(400),
  transient: refuse(503),
  config: refuse(401),
  "hang-up": (_call, _response, request) => request.socket.destroy(),
  silence: () => {},
};

const readMail = (mail: SendGridMail): ArrivedMail => {
  const contentOf = (type: string) => mail.content.find((part) => part.type === type)?.value ?? "";
  const mailbox = ({ email, name = "" }: { email: string; name?: string }) => ({ name, address: email });
  return {
    from: mailbox(mail.from),
    to: mail.personalizations.flatMap(({ to }) => to.map(({ email }) => email)),
    replyTo: mail.reply_to === undefined ? null : mailbox(mail.reply_to),
    subject: mail.subject,
    html: contentOf("text/html"),
    text: contentOf("text/plain"),
    headers: Object.fromEntries(Object.entries(mail.headers).map(([name, value]) => [name.toLowerCase(), value])),
  };
};

const startSendGridUnderTest = async (): Promise<ProviderUnderTest> => {
  const server = await startSendGrid();
  const taken: SendGridMail[] = [];
  let treatment: Treatment = "accept";
  let onMail = () => {};
  server.answerWith((call, response, request) => {
    if (treatment === "accept") taken.push(call.mail);
    onMail();
    TREATMENTS[treatment](call, response, request);
  });
  return {
    provider: providerAt(server.url),
    secret: API_KEY,
    treat: (next) => {
      treatment = next;
    },
    handedOver: () =>
      new Promise((resolve) => {
        onMail = resolve;
      }),
    arrived: async () => taken.map(readMail),
    stop: server.stop,
  };
};

describeProvider("SendGrid", startSendGridUnderTest);

let server: SendGridServer;

beforeAll(async () => {
  server = await startSendGrid();
});

afterEach(() => server.answerWith(undefined));

afterAll(() => server.stop());

describe("an answer of SendGrid", () => {
  test.each([
    { status: 400, class: "permanent", reason: "message-refused" },
    { status: 401, class: "config", reason: "api-key-refused", phase: "auth" },
    { status: 403, class: "config", reason: "api-forbidden", phase: "auth" },
    { status: 404, class: "config", reason: "message-refused" },
    { status: 413, class: "permanent", reason: "message-too-large" },
    { status: 429, class: "transient", reason: "rate-limited" },
    { status: 500, class: "transient", reason: "server-unavailable" },
    { status: 503, class: "transient", reason: "server-unavailable" },
  ])("$status is $class: $reason", async ({ status, phase = "accepted", ...expected }) => {
    server.answerWith(refuse(status));

    const outcome = await providerAt(server.url).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ kind: "failed", code: status, phase, ...expected });
    expect(outcome.text).toContain("not with ***");
    expectNoSecret(outcome, API_KEY);
  });

  test("429 tells how long to wait, in seconds, as a date or as the time of the reset", async () => {
    const sendAfter = async (headers: Record<string, string>) => {
      server.answerWith(refuse(429, headers));
      return providerAt(server.url).send(aMail(), noDeadline());
    };
    const resetAt = Math.floor(Date.now() / 1000) + 1000;

    const outcomes = [
      await sendAfter({ "retry-after": "17" }),
      await sendAfter({ "x-ratelimit-reset": String(resetAt) }),
      await sendAfter({ "retry-after": new Date(resetAt * 1000).toUTCString() }),
      await sendAfter({ "retry-after": "tomorrow" }),
    ];

    expect(outcomes).toMatchObject([
      { retryAfterSeconds: 17 },
      { retryAfterSeconds: expect.closeTo(1000, -2) },
      { retryAfterSeconds: expect.closeTo(1000, -2) },
      { retryAfterSeconds: undefined },
    ]);
  });

  test("other than 429 asks for no wait, although it tells when the rate begins anew", async () => {
    server.answerWith(refuse(400, { "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 1000) }));

    const outcome = await providerAt(server.url).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "permanent", retryAfterSeconds: undefined });
  });

  test("that redirects is not followed, for a GET elsewhere would prove nothing", async () => {
    const elsewhere = await startSendGrid();
    server.answerWith((_call, response) => response.writeHead(302, { location: elsewhere.url }).end());

    const outcome = await providerAt(server.url).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", code: 302 });
    expect(elsewhere.calls).toHaveLength(0);
    await elsewhere.stop();
  });

  test("that never ends leaves the mail ambiguous when the time is over", async () => {
    const deadline = new AbortController();
    server.answerWith((_call, response) => {
      response.writeHead(202);
      const trickle = setInterval(() => response.write(" "), 5);
      response.once("close", () => clearInterval(trickle));
      setImmediate(() => deadline.abort());
    });

    const outcome = await providerAt(server.url).send(aMail(), deadline.signal);

    expect(outcome).toMatchObject({ class: "ambiguous", reason: "possibly-sent" });
  });
});

describe("SendGrid out of reach", () => {
  test("is tried again later, since nothing was sent", async () => {
    const gone = await startSendGrid();
    await gone.stop();

    const outcome = await providerAt(gone.url).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "transient", reason: "connection-refused", phase: "connect" });
  });

  test("by a certificate that nobody vouches for is sent nothing, and the mail certainly did not go out", async () => {
    const requests: string[] = [];
    const impostor = createServer(await makeCertificate({ hosts: ["127.0.0.1"] }), ({ url }, response) => {
      requests.push(url ?? "");
      response.writeHead(202).end();
    });
    await once(impostor.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void impostor.close());
    const { port } = impostor.address() as AddressInfo;

    const outcome = await providerAt(`https://127.0.0.1:${port}`).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "certificate-self-signed", phase: "tls" });
    expect(requests).toEqual([]);
  });
});

test("a mail that the library cannot put into SendGrid's form certainly did not go out", async () => {
  const before = server.calls.length;

  const outcome = await providerAt(server.url).send(aMail({ subject: 7 as unknown as string }), noDeadline());

  expect(outcome).toMatchObject({ class: "transient", reason: "unknown", phase: "settings" });
  expect(server.calls).toHaveLength(before);
});

describe("a request to SendGrid", () => {
  test("goes to the path in the settings, below the base URL", async () => {
    const before = server.calls.length;

    await providerAt(`${server.url}/stand-in`, API_KEY, "/v9/custom/send").send(aMail(), noDeadline());

    expect(server.calls.slice(before)).toMatchObject([{ method: "POST", path: "/stand-in/v9/custom/send" }]);
  });

  test("names the delivery, asks for no click tracking and no links of SendGrid's own, and holds one recipient", async () => {
    await providerAt(server.url).send(aMail(), noDeadline());

    const mail = server.calls.at(-1)?.mail;
    expect(mail?.personalizations).toHaveLength(1);
    expect(JSON.stringify(mail)).toContain('"tidings_delivery":"delivery-1"');
    expect(mail?.tracking_settings).toMatchObject({
      click_tracking: { enable: false },
      subscription_tracking: { enable: false },
    });
  });

  test("has the key of its own tenant, however the sends of two tenants mix", async () => {
    const before = server.calls.length;
    const tenants = ["red", "blue"].map((tenant) => ({
      tenant,
      provider: providerAt(server.url, `SG.key-of-${tenant}`),
      mail: aMail({ to: address(`reader@${tenant}.example`) }),
    }));

    await Promise.all(
      Array.from({ length: 200 }, (_, turn) => tenants[turn % 2]).map((side) =>
        side?.provider.send(side.mail, noDeadline()),
      ),
    );

    const calls = server.calls.slice(before);
    expect(calls).toHaveLength(200);
    for (const { apiKey, mail } of calls) {
      expect(mail.personalizations[0]?.to).toEqual([{ email: `reader@${apiKey.replace("SG.key-of-", "")}.example` }]);
    }
  });

  test("ends with the signal of its own mail when several are under way", async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const provider = providerAt(server.url);
    const waiting: (() => void)[] = [];
    const bothThere = new Promise<void>((resolve) => {
      server.answerWith((call, response, request) => {
        waiting.push(() => accept(call, response, request));
        if (waiting.length === 2) resolve();
      });
    });

    const sending = [provider.send(aMail(), first.signal), provider.send(aMail(), second.signal)];
    await bothThere;
    first.abort();
    const given = await sending[0];
    for (const answer of waiting) answer();

    expect([given, await sending[1]]).toMatchObject([{ class: "ambiguous" }, { kind: "accepted" }]);
  });
});
