import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSendGridEvents } from "../../shared/contracts/sendgrid-events.ts";
import { aDelivery } from "../fakes/history-data.ts";
import { naughtyJson } from "../fakes/naughty.ts";
import { sendGridEvent } from "../fakes/sendgrid-events.ts";

const DELIVERY = aDelivery("acme.eng", "evt-1");

const readPost = (...events: readonly unknown[]) => readSendGridEvents(JSON.stringify(events));

const read = (...events: readonly unknown[]) => readPost(...events)?.reports;

const eventOf = (event: string, different: Readonly<Record<string, unknown>> = {}) =>
  sendGridEvent(event, DELIVERY, different);

describe("what SendGrid posts", () => {
  test("becomes feedback on the delivery that the mail carried", () => {
    const event = eventOf("delivered", { timestamp: 1_795_608_000, sg_event_id: "e1", response: "250 OK\r\nqueued" });

    expect(read(event)).toEqual([
      {
        deliveryId: DELIVERY.id,
        scope: "acme.eng",
        feedback: {
          id: "e1",
          kind: "delivered",
          at: "2026-11-25T12:00:00.000Z",
          enhancedCode: null,
          text: "250 OK queued",
        },
        suppresses: null,
      },
    ]);
  });

  test.each([
    ["processed", {}, "processed", null],
    ["deferred", { response: "451 4.7.1 try again" }, "deferred", null],
    ["delivered", {}, "delivered", null],
    ["bounce", { type: "bounce", status: "5.1.1", reason: "550 5.1.1 no such user" }, "bounced", "bounced"],
    ["bounce", { type: "bounce", status: "5.0.0", reason: "550 5.1.1 no such user" }, "bounced", "bounced"],
    ["bounce", { type: "bounce", status: "5.0.0", bounce_classification: "Invalid Address" }, "bounced", "bounced"],
    ["bounce", { type: "bounce", status: "5.2.2", reason: "552 5.2.2 mailbox full" }, "bounced", null],
    ["bounce", { type: "bounce", status: "5.7.1", bounce_classification: "Reputation" }, "bounced", null],
    ["bounce", { type: "blocked", status: "5.1.1", bounce_classification: "Reputation" }, "bounced", null],
    ["dropped", { reason: "Bounced Address" }, "dropped", null],
    ["dropped", { reason: "Invalid" }, "dropped", "bounced"],
    ["dropped", { reason: "Spam Reporting Address" }, "dropped", "complained"],
    ["dropped", { reason: "spam reporting address" }, "dropped", "complained"],
    ["dropped", { reason: "Unsubscribed Address" }, "dropped", "unsubscribed"],
    ["dropped", { reason: "Spam Content (if Spam Checker app is enabled)" }, "dropped", null],
    ["dropped", { reason: "constructor" }, "dropped", null],
    ["spamreport", {}, "complained", "complained"],
    ["unsubscribe", {}, "unsubscribed", "unsubscribed"],
    ["group_unsubscribe", {}, "unsubscribed", "unsubscribed"],
  ])("as %s with %j is %s, and the address counts as %s", (event, different, kind, suppresses) => {
    expect(read(eventOf(event, different))).toMatchObject([{ feedback: { kind }, suppresses }]);
  });

  test("is passed over when it is no mail of ours, says nothing of a delivery, or cannot be read", () => {
    const good = eventOf("delivered");
    const { tidings_delivery: _, ...foreign } = good;
    const events = [
      foreign,
      eventOf("open"),
      eventOf("click"),
      eventOf("group_resubscribe"),
      eventOf("toString"),
      eventOf("delivered", { sg_event_id: "" }),
      eventOf("delivered", { sg_event_id: "x".repeat(201) }),
      eventOf("delivered", { timestamp: "now" }),
      eventOf("delivered", { timestamp: 1e300 }),
      eventOf("delivered", { tidings_delivery: "test-1" }),
      null,
      "delivered",
      [],
    ];

    expect(read(...events, good)).toHaveLength(1);
  });

  test("is counted when it is of a mail of ours and cannot be read, or may be about one that it does not name", () => {
    const { tidings_delivery: _, ...late } = eventOf("bounce", { type: "bounce", status: "5.1.10", sg_message_id: "" });
    const { tidings_delivery: __, ...others } = eventOf("delivered");
    const { tidings_delivery: ___, ...complaint } = eventOf("spamreport");

    expect(
      readPost(eventOf("delivered", { timestamp: "1795608000" }), late, others, complaint, eventOf("open")),
    ).toEqual({
      reports: [],
      unreadable: 1,
      nameless: 2,
    });
  });

  test("of a mail from before scopes were carried, or with one that is none, names no scope", () => {
    const { tidings_scope: _, ...old } = eventOf("delivered");

    expect(read(old, eventOf("delivered", { tidings_scope: "../acme" }))).toMatchObject([
      { scope: undefined },
      { scope: undefined },
    ]);
  });

  test("keeps the words of foreign servers short and on one line", () => {
    const [report] = read(eventOf("bounce", { reason: `550 \u001b[31m${"no\n".repeat(500)}` })) ?? [];

    expect(report?.feedback.text).toMatch(/^550 {2}?\[31mno/);
    expect(report?.feedback.text?.length).toBeLessThanOrEqual(300);
  });

  test.each(["", "{}", "null", "[", '"text"'])("is no list when it is %j", (body) => {
    expect(readSendGridEvents(body)).toBeUndefined();
  });

  test("never makes the reader stumble, whatever stands in whatever field", () => {
    const fields = fc.constantFrom(
      ...Object.keys(eventOf("bounce", { type: "", status: "", reason: "", response: "" })),
    );
    fc.assert(
      fc.property(fields, naughtyJson, (field, value) => {
        const reports = read(eventOf("bounce", { [field]: value }));

        expect(reports?.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
