import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addTenant, inboxSettings, put } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type RunningStack, startStack } from "./running-stack.ts";

let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack();
  await addTenant(stack, "acme", "everything@acme.example");
  await put(stack, "acme/mail-settings", inboxSettings(stack, { name: "Acme CI", address: "ci@acme.example" }));
});

afterAll(() => stack?.stop());

/** Publishes through the API, and answers the event's record as soon as there is one. */
const publishAndRead = async (detail: object) => {
  const published = await stack.api("POST", "/scopes/acme/events", detail);
  const { id } = JSON.parse(published.text);
  return eventually(`the record of event ${id}`, async () => {
    const { status, text } = await stack.api("GET", `/scopes/acme/events/${id}`);
    return status === 200 ? JSON.parse(text) : undefined;
  });
};

const people = (count: number, domain = "acme.example") =>
  Array.from({ length: count }, (_, index) => ({ email: `p${index}@${domain}` }));

describe("an audience on the running stack", () => {
  test("of a group of 500 with 50 repeats is 450 people, each with one mail", async () => {
    const once = people(450, "crowd.example");
    const repeats = once.slice(0, 50).map(({ email }, index) => ({
      email: index % 2 === 0 ? email.toUpperCase() : ` ${email} `,
    }));
    await put(stack, "acme/groups/crowd", { name: "Crowd", members: [...once, ...repeats], aliases: [once[0]?.email] });
    await put(stack, "acme/rules/crowd", {
      name: "Crowd",
      events: ["CrowdCalled"],
      recipients: { groups: ["crowd"], emails: ["P1@crowd.example"] },
    });

    const record = await publishAndRead({ type: "CrowdCalled" });

    const queued = record.recipients.filter(({ outcome }: { outcome: string }) => outcome === "queued");
    const crowd = queued.filter(({ address }: { address: string }) => address.endsWith("@crowd.example"));
    expect(crowd).toHaveLength(450);
    expect(new Set(crowd.map(({ deliveryId }: { deliveryId: string }) => deliveryId)).size).toBe(450);
    for (const name of ["p0", "P1", "p49", "p449"]) {
      expect(await stack.arrivalOf(1, `${name}@crowd.example`)).toHaveLength(1);
    }
    expect(await stack.mailsTo("p1@crowd.example")).toEqual([]);
  });

  test("that is too big is mailed to nobody, and the record counts it", async () => {
    for (const id of ["a", "b"]) {
      await put(stack, `acme/groups/${id}`, { name: id, members: people(300, `${id}.example`) });
    }
    await put(stack, "acme/rules/big", { name: "Big", events: ["TooBig"], recipients: { groups: ["a", "b"] } });

    const record = await publishAndRead({ type: "TooBig" });

    expect(record.reason).toContain("601 recipients are more than the 500 one event may have; nobody was mailed.");
    expect(new Set(record.recipients.map(({ outcome }: { outcome: string }) => outcome))).toEqual(
      new Set(["too-many-recipients"]),
    );
  });

  test("stays within the domains the tenant allows, from the next event on", async () => {
    const stored = JSON.parse((await stack.api("GET", "/scopes/acme")).text);
    await put(stack, "acme/rules/mixed", {
      name: "Mixed",
      events: ["Mixed"],
      recipients: { emails: ["in@acme.example", "out@elsewhere.example"], triggeredBy: true },
    });
    await put(stack, "acme", { name: stored.name, recipientDomains: ["acme.example"] });

    const record = await publishAndRead({ type: "Mixed", triggeredBy: { email: "starter@acme.example" } });
    await put(stack, "acme", { name: stored.name });

    const outcomes = Object.fromEntries(
      record.recipients.map(({ address, outcome }: { address: string; outcome: string }) => [address, outcome]),
    );
    expect(outcomes).toMatchObject({
      "in@acme.example": "queued",
      "starter@acme.example": "queued",
      "out@elsewhere.example": "domain-not-allowed",
    });
    expect(await stack.arrivalOf(1, "starter@acme.example")).toHaveLength(1);
    expect(await stack.mailsTo("out@elsewhere.example")).toEqual([]);
  });

  test("of a group can be tried with a sample", async () => {
    await put(stack, "acme/groups/tried", { name: "Tried", aliases: ["tried@acme.example"], minSeverity: "error" });

    const { status, text } = await stack.api("POST", "/scopes/acme/groups/tried/test");

    const [mail] = await stack.arrivalOf(1, "tried@acme.example");
    expect(status).toBe(202);
    expect(JSON.parse(text).recipients).toMatchObject([{ address: "tried@acme.example", outcome: "queued" }]);
    expect(mail?.subject).toMatch(/^\[Test\] /);
    expect(mail?.text).toContain("This is a sample that an administrator asked for.");
  });
});
