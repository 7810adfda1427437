import { describe, expect, test } from "vitest";
import { EMAIL_REQUESTED } from "../../shared/contracts/bus.ts";
import type { TemplateRef } from "../../shared/domain/template.ts";
import { onFirstUse } from "../../shared/runtime/on-first-use.ts";
import { addressOf, busEventOf, scopeOf, tenantNamed } from "../fakes/builders.ts";
import { fixedRouting, type Routing } from "../fakes/fixed-config.ts";
import { createMemoryTemplateContents } from "../fakes/memory-template-contents.ts";
import { createIntake, DETAIL, publication } from "./intake-in-memory.ts";
import { createSender } from "./sender-in-memory.ts";

const REQUEST = {
  id: "m-1",
  scope: "acme",
  to: ["ada@acme.example"],
  cc: ["bob@globex.example"],
  subject: "Lunch",
  text: "At noon.",
};

const INVITATION = {
  id: "m-1",
  scope: "acme",
  to: ["ada@acme.example"],
  template: "invitation",
  data: { inviter: "Grace", team: "Acme", url: "https://acme.example/join" },
};

const requestOf = (detail: object, busId = "bus-1", source = "acme.portal") =>
  busEventOf(detail, { id: busId, source, "detail-type": EMAIL_REQUESTED });

/** An intake and a sender that share what was taken in. */
const createWorld = (routing: Routing = {}, templateContents = createMemoryTemplateContents()) => {
  const intake = createIntake({
    config: fixedRouting({ scopes: ["acme", "acme.eng", "globex"].map(scopeOf), ...routing }),
  });
  const mails = {
    ...onFirstUse(["renderMessage"], () => import("../../shared/templates/message.ts")),
    ...onFirstUse(["renderText"], () => import("../../shared/templates/text-mail.ts")),
  };
  const sender = createSender({ deps: { events: intake.events, ...mails, templateContents } });
  return { ...intake, sender, send: () => sender.take(...intake.outbox.jobs()) };
};

const TEMPLATE: TemplateRef = { scope: scopeOf("acme"), id: "invitation", version: 3, contentId: "gone" };

describe("a direct message", () => {
  test("goes to each addressee by a mail of their own, whose headers name all of them", async () => {
    const world = createWorld();

    expect(await world.take(requestOf(REQUEST))).toEqual([]);
    expect(await world.send()).toEqual([]);

    const mails = world.sender.sent.map(({ mail }) => mail);
    expect(mails.map(({ to }) => to)).toEqual(["ada@acme.example", "bob@globex.example"]);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(2);
    for (const mail of mails) {
      expect(mail).toMatchObject({
        subject: "Lunch",
        text: "At noon.\n",
        addressees: { to: ["ada@acme.example"], cc: ["bob@globex.example"] },
        references: [],
      });
      expect(mail.html).toContain("At noon.");
    }
  });

  test("is explained like an event, with no rule behind it", async () => {
    const { take, events } = createWorld();

    await take(requestOf(REQUEST));

    expect(events.records()).toEqual([
      expect.objectContaining({
        id: "m-1",
        scope: "acme",
        type: "EmailRequested",
        severity: null,
        status: "routed",
        reason: "Asked for directly, for 2 addressees.",
        rules: [],
        recipients: [
          { address: "ada@acme.example", via: ["to"], outcome: "queued", deliveryId: expect.any(String) },
          { address: "bob@globex.example", via: ["cc"], outcome: "queued", deliveryId: expect.any(String) },
        ],
      }),
    ]);
  });

  test("leaves out those outside the domains that may be mailed, and says so", async () => {
    const world = createWorld({ recipientDomains: ["acme.example"] });

    await world.take(requestOf(REQUEST));
    await world.send();

    const [record] = world.events.records();
    expect(world.sender.sent.map(({ mail }) => mail.to)).toEqual(["ada@acme.example"]);
    expect(record?.recipients[1]).toEqual({
      address: "bob@globex.example",
      via: ["cc"],
      outcome: "domain-not-allowed",
    });
    expect(record?.reason).toBe(
      "Asked for directly, for 2 addressees. 1 of them is outside the domains that may be mailed.",
    );
  });

  test("leaves out those on the suppression list, and says so", async () => {
    const world = createWorld({ suppressed: [addressOf("Bob@globex.example")] });

    await world.take(requestOf(REQUEST));
    await world.send();

    const [record] = world.events.records();
    expect(world.sender.sent.map(({ mail }) => mail.to)).toEqual(["ada@acme.example"]);
    expect(record?.recipients[1]).toEqual({ address: "bob@globex.example", via: ["cc"], outcome: "suppressed" });
    expect(record?.reason).toBe("Asked for directly, for 2 addressees. 1 of them is on the suppression list.");
  });

  test("reaches those who unsubscribed from the mails of rules", async () => {
    const world = createWorld({ unsubscribed: [addressOf("bob@globex.example")] });

    await world.take(requestOf(REQUEST));
    await world.send();

    const [record] = world.events.records();
    expect(world.sender.sent.map(({ mail }) => mail.to)).toEqual(["ada@acme.example", "bob@globex.example"]);
    expect(record?.recipients[1]).toMatchObject({ address: "bob@globex.example", outcome: "queued" });
  });

  test("is answered to the address it names", async () => {
    const world = createWorld();

    await world.take(requestOf({ ...REQUEST, replyTo: "help@acme.example" }));
    await world.send();

    expect(world.sender.sent[0]?.mail.replyTo).toEqual({ address: "help@acme.example" });
  });

  test("carries its files", async () => {
    const attachments = [{ filename: "a.txt", contentType: "text/plain", content: "aGVsbG8=" }];
    const world = createWorld();

    await world.take(requestOf({ ...REQUEST, attachments }));
    await world.send();

    expect(world.sender.sent[0]?.mail.attachments).toEqual(attachments);
  });

  test("sends HTML without what could harm, and makes the missing text of it", async () => {
    const world = createWorld();

    await world.take(
      requestOf({ ...REQUEST, text: undefined, html: '<p onclick="x()">At <b>noon</b></p><script>1</script>' }),
    );
    await world.send();

    const mail = world.sender.sent[0]?.mail;
    expect(mail?.html).toMatch(/<p>At <b>noon<\/b><\/p>/);
    expect(mail?.html).not.toMatch(/script|onclick/);
    expect(mail?.text.trim()).toBe("At noon");
  });
});

describe("a message that comes twice", () => {
  test("is one mail each when the bus delivers it again", async () => {
    const world = createWorld();

    await world.take(requestOf(REQUEST));
    await world.take(requestOf(REQUEST));
    await world.send();

    expect(world.sender.sent).toHaveLength(2);
    expect(world.events.records()).toHaveLength(1);
  });

  test("is a duplicate when it is published again, and a conflict with other words", async () => {
    const { take, events, outbox } = createWorld();

    await take(requestOf(REQUEST));
    await take(requestOf(REQUEST, "bus-2"), requestOf({ ...REQUEST, text: "At one." }, "bus-3"));

    expect(events.records().map(({ status, type }) => [status, type])).toEqual([
      ["routed", "EmailRequested"],
      ["duplicate", "EmailRequested"],
      ["conflict", "EmailRequested"],
    ]);
    expect(outbox.jobs()).toHaveLength(2);
  });

  test("shares its ids with events: whichever comes second is a conflict", async () => {
    const { take, events } = createWorld();

    await take(publication("bus-1", { ...DETAIL, id: "m-1" }));
    await take(requestOf(REQUEST, "bus-2"));

    expect(events.records().map(({ status }) => status)).toEqual(["routed", "conflict"]);
  });
});

describe("a message that is not sent", () => {
  test.each([
    ["for a scope of another tenant", { ...REQUEST, scope: "globex" }, 'does not belong to "acme"'],
    ["for a scope that does not exist", { ...REQUEST, scope: "acme.ops" }, "does not exist"],
    ["that cannot be read", { ...REQUEST, to: ["nobody"] }, "The message cannot be read: detail.to[0]"],
    ["by a template that does not exist", { ...INVITATION, template: "welcome" }, 'there is no "welcome".'],
  ])("%s is refused with the reason", async (_, detail, reason) => {
    const { take, events, outbox } = createWorld();

    expect(await take(requestOf(detail))).toEqual([]);

    expect(outbox.jobs()).toEqual([]);
    expect(events.records()).toEqual([
      expect.objectContaining({ status: "refused", type: "EmailRequested", reason: expect.stringContaining(reason) }),
    ]);
  });

  test("stops nothing else of its batch", async () => {
    const { take, outbox } = createWorld();

    await take(requestOf({}, "bus-1"), requestOf(REQUEST, "bus-2"));

    expect(outbox.jobs()).toHaveLength(2);
  });
});

describe("the template of a message", () => {
  test("is the built-in one of its name", async () => {
    const world = createWorld();

    await world.take(requestOf(INVITATION));
    await world.send();

    expect(world.sender.sent[0]?.mail.subject).toBe("Grace invites you to Acme");
  });

  test("is the tenant's own when there is one, in the version of when it was asked for", async () => {
    const contents = createMemoryTemplateContents();
    const content = { subject: "Hi {{ data.inviter }}", html: "<p>{{ data.team }}</p>" };
    const template = { ...TEMPLATE, contentId: await contents.put(tenantNamed("acme"), content) };
    const world = createWorld({ templates: [template] }, contents);

    await world.take(requestOf(INVITATION));
    await world.send();

    const mail = world.sender.sent[0]?.mail;
    expect(world.outbox.jobs()[0]?.template).toEqual(template);
    expect(mail?.subject).toBe("Hi Grace");
    expect(mail?.html).toContain("<p>Acme</p>");
  });

  test("gives way to the built-in one when it fails, and the record says so", async () => {
    const world = createWorld({ templates: [TEMPLATE] });

    await world.take(requestOf(INVITATION));
    await world.send();

    const [job] = world.outbox.jobs();
    expect(world.sender.sent[0]?.mail.subject).toBe("Grace invites you to Acme");
    expect(world.sender.delivery(job)?.note).toBe(
      "Template acme/invitation version 3 could not be used: its content is not stored; the built-in mail was sent.",
    );
  });
});
