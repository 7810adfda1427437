import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Inbox, startInbox } from "../../../local/inbox/server.ts";

let inbox: Inbox;

beforeAll(async () => {
  inbox = await startInbox();
});
afterAll(() => inbox.stop());

/** The first line of the answer to a request that `fetch` would not send. */
const statusLineOf = async (head: string): Promise<string | undefined> => {
  const socket = connect(Number(new URL(inbox.url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.write(`${head}\r\nConnection: close\r\n\r\n`);
  return (await text(socket)).split("\r\n")[0];
};

describe("the inbox's page", () => {
  test.each([
    ["a name that somebody pointed at this machine", "GET / HTTP/1.1\r\nHost: evil.example"],
    ["a host that is no host", "GET /api/messages HTTP/1.1\r\nHost: e[[vil"],
    ["a target that names another host", "GET //evil.example/ HTTP/1.1\r\nHost: 127.0.0.1"],
  ])("is not given to a request for %s", async (_title, head) => {
    const statusLine = await statusLineOf(head);

    expect(statusLine).toBe("HTTP/1.1 403 Forbidden");
  });

  test("is given to localhost", async () => {
    const statusLine = await statusLineOf("GET / HTTP/1.1\r\nHost: localhost:8025");

    expect(statusLine).toBe("HTTP/1.1 200 OK");
  });

  test.each(["/api/messages/nothing", "/api/messages/nothing/raw", "/api", "/../stack-file.ts", "/%2e%2e/server.ts"])(
    "has nothing at %s",
    async (path) => {
      const answer = await fetch(`${inbox.url}${path}`);

      expect(answer.status).toBe(404);
    },
  );

  test("says which methods a list of mails has", async () => {
    const answer = await fetch(`${inbox.url}/api/messages`, { method: "POST" });

    expect(answer.status).toBe(405);
    expect(await answer.text()).toBe("GET lists the mails, DELETE forgets them.");
  });

  test("uses only scripts, styles and pictures of its own", async () => {
    const page = await (await fetch(inbox.url)).text();

    const assets = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, asset]) => asset ?? "");
    expect(assets).toEqual(["icon.svg", "inbox.css", "inbox.js", "icon.svg"]);
    for (const asset of assets) expect((await fetch(`${inbox.url}/${asset}`)).status).toBe(200);
  });
});
