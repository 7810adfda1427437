import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message } from "../../local/inbox/message.ts";
import { addTenant, inboxSettings, put } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type ApiItem, type RunningStack, startStack } from "./running-stack.ts";

const ADA = "ada+ci@acme.example";

let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack();
  await addTenant(stack, "acme", ADA);
  await put(stack, "acme/mail-settings", inboxSettings(stack, { name: "Acme CI", address: "ci@acme.example" }));
});

afterAll(() => stack?.stop());

const publish = (id: string) =>
  stack.publish([{ source: "acme.ci", detail: { id, scope: "acme", type: "PipelineFailed" } }]);

const recordOf = (id: string): Promise<ApiItem> =>
  eventually(`the record of ${id}`, async () => {
    const { status, body } = await stack.api("GET", `/scopes/acme/events/${id}`);
    return status === 200 ? (body as unknown as ApiItem) : undefined;
  });

/** The newest mail to Ada, once there are so many. */
const newestOf = async (count: number): Promise<Message> => {
  const [newest] = await stack.arrivalOf(count, ADA);
  if (newest === undefined) throw new Error("no mail");
  return newest;
};

test("somebody unsubscribes by the link in a mail, gets no more mails of rules, and still those meant for them", async () => {
  await publish("first");
  const first = await newestOf(1);
  const link = /^<(\S+)>$/.exec(first.headers["list-unsubscribe"] ?? "")?.[1] ?? "";
  expect(link).toMatch(new RegExp(`^${stack.description.apiUrl}/v1/unsubscribe/[\\w-]{40,250}$`));
  expect(first.headers["list-unsubscribe-post"]).toBe("List-Unsubscribe=One-Click");
  expect(first.html).toContain(`href="${link}"`);
  expect(first.text).toContain(`\nUnsubscribe:\n${link}\n`);

  // What a scanner of mails does changes nothing.
  const page = await fetch(link);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(ADA)]);
  await publish("second");
  await newestOf(2);

  // What a mail program does (RFC 8058 section 3.2).
  const done = await fetch(link, { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) });
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining("You are unsubscribed")]);
  expect((await stack.api("GET", "/scopes/acme/suppressions")).body.items).toMatchObject([
    { address: ADA, cause: "unsubscribed", createdBy: "recipient" },
  ]);

  await publish("third");
  expect(await recordOf("third")).toMatchObject({
    recipients: [{ address: ADA, outcome: "unsubscribed" }],
    reason: expect.stringContaining("having unsubscribed from the mails of rules"),
  });
  expect((await fetch(`${link.slice(0, -3)}xyz`, { method: "POST" })).status).toBe(404);

  const message = { id: "personal", to: [ADA], subject: "For you", text: "Hello Ada" };
  expect((await stack.api("POST", "/scopes/acme/messages", message)).status).toBe(202);
  const personal = await newestOf(3);
  expect(personal.subject).toBe("For you");
  expect(personal.headers).not.toHaveProperty("list-unsubscribe");
  expect(await stack.logs()).not.toContain("mail.without-unsubscribe-link");
});
