import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addTenant, inboxSettings, put } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type RunningStack, startStack } from "./running-stack.ts";

let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack();
  await addTenant(stack, "acme", "everybody@acme.example");
  await put(stack, "acme/mail-settings", inboxSettings(stack, { name: "Acme", address: "mail@acme.example" }));
  await put(stack, "acme.eng", { name: "Engineering" });
  await put(stack, "acme.eng/brand", { name: "Acme Platform", color: "#ffcc00", timezone: "Europe/Vienna" });
});

afterAll(() => stack?.stop());

const sampleOf = async (name: string) => JSON.parse(await readFile(`docs/samples/${name}.json`, "utf8"));

describe("a direct message on the local stack", () => {
  test("put on the bus is mailed once with its brand, though no rule names anybody", async () => {
    const detail = { ...(await sampleOf("invitation")), id: "invitation-1", to: ["new@acme.example"] };
    const request = { source: "acme.portal", detailType: "Email Requested", detail };

    await stack.publish([request, request]);

    const [mail] = await stack.arrivalOf(1, "new@acme.example");
    expect(mail).toMatchObject({
      subject: "Grace Hopper invites you to Acme Engineering",
      text: expect.stringContaining("Valid until: 27 Nov 2026, 13:00:00 CET"),
      html: expect.stringContaining("#ffcc00"),
    });
    expect(mail?.headers["reply-to"]).toContain("grace@acme.example");
    expect(mail?.headers).not.toHaveProperty("list-unsubscribe");
    await eventually("the record of the copy", async () => {
      const { body } = await stack.api("GET", "/scopes/acme.eng/events");
      return body.items.some(({ id, status }) => id === "invitation-1" && status === "duplicate") || undefined;
    });
    expect(await stack.mailsTo("new@acme.example")).toHaveLength(1);
  });

  test("sent through the API reaches everybody it names, with its file, and explains itself", async () => {
    const body = { ...(await sampleOf("report")), id: "report-1", to: ["to@acme.example"], cc: ["cc@acme.example"] };

    const answer = await stack.api("POST", "/scopes/acme.eng/messages", body);

    expect(answer).toMatchObject({ status: 202, body: { id: "report-1" } });
    const [first] = await stack.arrivalOf(1, "to@acme.example");
    const [second] = await stack.arrivalOf(1, "cc@acme.example");
    for (const mail of [first, second]) {
      expect(mail?.headers).toMatchObject({ to: "to@acme.example", cc: "cc@acme.example" });
      expect(mail?.text).toContain("Lead time: 42 min");
    }
    expect(first?.envelope.to).toEqual(["to@acme.example"]);
    const record = await stack.api("GET", "/scopes/acme.eng/events/report-1");
    expect(record.body).toMatchObject({
      type: "EmailRequested",
      status: "routed",
      recipients: [
        { address: "to@acme.example", via: ["to"], outcome: "queued" },
        { address: "cc@acme.example", via: ["cc"], outcome: "queued" },
      ],
    });
  });
});
