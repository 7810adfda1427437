import { createTransport } from "nodemailer";
import PostalMime from "postal-mime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Message } from "../../../local/inbox/message.ts";
import { type Inbox, startInbox } from "../../../local/inbox/server.ts";

let inbox: Inbox;

beforeAll(async () => {
  inbox = await startInbox();
});
afterAll(() => inbox.stop());
beforeEach(async () => {
  await fetch(`${inbox.url}/api/messages`, { method: "DELETE" });
});

const send = async (mail: object, auth?: { user: string; pass: string }): Promise<void> => {
  const transport = createTransport({
    host: inbox.smtpHost,
    port: inbox.smtpPort,
    secure: false,
    ...(auth && { auth }),
  });
  await transport.sendMail({ from: "Acme CI <ci@acme.example>", to: "ada@acme.example", subject: "Hello", ...mail });
  transport.close();
};

const list = async (query = ""): Promise<Message[]> =>
  (await (await fetch(`${inbox.url}/api/messages${query}`)).json()) as Message[];

const first = async (): Promise<Message> => {
  const [message] = await list();
  if (message === undefined) throw new Error("the inbox is empty");
  return message;
};

describe("the inbox", () => {
  test("shows a mail sent over SMTP with its envelope, headers and both parts", async () => {
    await send({
      to: [{ name: "Ada", address: "ada@acme.example" }, "oncall@acme.example"],
      envelope: { from: "bounces@acme.example", to: ["ada@acme.example"] },
      subject: "Überraschung ✓",
      messageId: "<one@acme.example>",
      headers: { References: "<run-512@acme.example>" },
      text: "plain",
      html: "<p>rich</p>",
    });

    const message = await first();
    expect(message).toMatchObject({
      envelope: { from: "bounces@acme.example", to: ["ada@acme.example"] },
      from: { name: "Acme CI", address: "ci@acme.example" },
      to: [
        { name: "Ada", address: "ada@acme.example" },
        { name: "", address: "oncall@acme.example" },
      ],
      subject: "Überraschung ✓",
      messageId: "<one@acme.example>",
      headers: { references: "<run-512@acme.example>" },
      text: expect.stringContaining("plain"),
      html: expect.stringContaining("<p>rich</p>"),
    });
    expect(await (await fetch(`${inbox.url}/api/messages/${message.id}`)).json()).toEqual(message);
  });

  test("hands out a mail exactly as it came over the wire", async () => {
    await send({ text: "line one\n.starts with a dot" });

    const raw = await (await fetch(`${inbox.url}/api/messages/${(await first()).id}/raw`)).text();

    expect((await PostalMime.parse(raw)).text?.replaceAll("\r\n", "\n").trim()).toBe("line one\n.starts with a dot");
    expect(raw).toMatch(/^From: Acme CI <ci@acme\.example>\r\n/);
  });

  test("lists the newest mail first, as many as asked for", async () => {
    for (const subject of ["first", "second", "third"]) await send({ subject });

    expect((await list()).map(({ subject }) => subject)).toEqual(["third", "second", "first"]);
    expect((await list("?limit=1")).map(({ subject }) => subject)).toEqual(["third"]);
  });

  test("takes mail with whatever login it is offered", async () => {
    await send({ subject: "logged in" }, { user: "anybody", pass: "anything" });

    expect((await first()).subject).toBe("logged in");
  });

  test("forgets all mails on DELETE", async () => {
    await send({});
    const { id } = await first();

    const answer = await fetch(`${inbox.url}/api/messages`, { method: "DELETE" });

    expect(answer.status).toBe(204);
    expect(await list()).toEqual([]);
    expect((await fetch(`${inbox.url}/api/messages/${id}`)).status).toBe(404);
  });

  test("tells watchers the list, then each new mail, then that all are gone", async () => {
    await send({ subject: "already there" });
    const stream = await fetch(`${inbox.url}/api/stream`);
    const reader = (stream.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();

    const listed = await reader.read();
    await send({ subject: "just in" });
    const added = await reader.read();
    await fetch(`${inbox.url}/api/messages`, { method: "DELETE" });
    const cleared = await reader.read();
    await reader.cancel();

    expect(listed.value).toMatch(/^event: list\ndata: \[.*"subject":"already there".*\]\n\n$/);
    expect(added.value).toMatch(/^event: message\ndata: \{.*"subject":"just in".*\}\n\n$/);
    expect(cleared.value).toBe("event: cleared\ndata: {}\n\n");
  });
});

describe("a hostile mail", () => {
  test("is shown under a policy that runs no script and loads nothing", async () => {
    await send({ html: "<base href='https://evil.example/'><script>alert(1)</script>" });

    const shown = await fetch(`${inbox.url}/api/messages/${(await first()).id}/html`);

    const policy = shown.headers.get("content-security-policy")?.split("; ") ?? [];
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "base-uri 'none'", "form-action 'none'"]));
    expect(policy[0]).toBe("sandbox allow-popups allow-popups-to-escape-sandbox");
    expect(policy.join()).not.toContain("script-src");
  });

  test("never becomes part of the page itself, which allows no inline script", async () => {
    await send({ subject: "<script>alert(1)</script>" });

    const page = await fetch(inbox.url);

    expect(await page.text()).not.toContain("alert(1)");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self';");
  });

  test("is answered as data that no browser takes for a page", async () => {
    await send({ text: "<script>alert(1)</script>" });
    const { id } = await first();

    const raw = await fetch(`${inbox.url}/api/messages/${id}/raw`);
    const parsed = await fetch(`${inbox.url}/api/messages/${id}`);

    for (const answer of [raw, parsed]) expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(raw.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(parsed.headers.get("content-type")).toBe("application/json");
  });
});
