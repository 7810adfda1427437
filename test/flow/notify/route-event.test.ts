import { describe, expect, test } from "vitest";
import { MAX_INLINE_EVENT_CHARS } from "../../../shared/contracts/deliver-job.ts";
import type { PipelineEvent } from "../../../shared/domain/event.ts";
import { MAX_RECIPIENTS } from "../../../shared/flow/notify/expand-audience.ts";
import { MAX_RECORD_BYTES } from "../../../shared/flow/notify/fit-record.ts";
import { routeEvent } from "../../../shared/flow/notify/route-event.ts";
import { addressOf, aGroup, anEvent, aRule, NOW, scopeOf, tenantNamed } from "../../fakes/builders.ts";
import { type Routing, routingOf } from "../../fakes/fixed-config.ts";

const ACME = tenantNamed("acme");

const route = (routing: Routing, event: PipelineEvent = anEvent()) =>
  routeEvent({ tenant: ACME, event, configs: routingOf(routing, [ACME]), receivedAt: NOW.toISOString() });

const people = (count: number) => Array.from({ length: count }, (_, index) => addressOf(`p${index}@acme.example`));

describe("routing an event", () => {
  test("makes a job and a line of the record for each recipient", () => {
    const { mails, record } = route({ rules: [aRule()] });

    expect(mails.map(({ job }) => job)).toEqual([
      {
        v: 1,
        kind: "event",
        deliveryId: mails[0]?.job.deliveryId,
        scope: "acme",
        eventId: "evt-1",
        recipient: "ada@acme.example",
        ruleIds: ["acme/on-failure"],
        event: anEvent(),
        tries: 0,
      },
    ]);
    expect(record).toEqual({
      id: "evt-1",
      scope: "acme",
      type: "PipelineFailed",
      severity: "error",
      status: "routed",
      reason: "1 of 1 rules matched; 1 recipient.",
      rules: [
        {
          id: "on-failure",
          scope: "acme",
          matched: true,
          reason: "PipelineFailed with severity error meets every condition.",
        },
      ],
      recipients: [
        {
          address: "ada@acme.example",
          via: ["rule acme/on-failure"],
          outcome: "queued",
          deliveryId: mails[0]?.job.deliveryId,
        },
      ],
      receivedAt: NOW.toISOString(),
    });
  });

  test("applies the rules of the scope and of everything above it, and of nothing else", () => {
    const at = (scope: string) => aRule({ id: `at-${scope.replaceAll(".", "-")}`, scope: scopeOf(scope) });
    const rules = ["system", "acme", "acme.eng", "acme.eng.payments", "acme.sales", "globex"].map(at);

    const { record } = route({ rules }, anEvent({ scope: scopeOf("acme.eng") }));

    expect(record.rules.map(({ scope }) => scope)).toEqual(["acme.eng", "acme", "system"]);
  });

  test("lets the operator's rules mail the operator's groups about any tenant", () => {
    const rules = [aRule({ scope: scopeOf("system"), recipients: { emails: [], groups: ["oncall"] } })];
    const groups = [
      aGroup({ scope: scopeOf("system"), aliases: [addressOf("noc@operator.example")] }),
      aGroup({ scope: scopeOf("acme"), aliases: [addressOf("oncall@acme.example")] }),
    ];

    expect(route({ rules, groups }).mails.map(({ job }) => job.recipient)).toEqual(["noc@operator.example"]);
  });

  test("gives the same jobs for the same event at the same time", () => {
    expect(route({ rules: [aRule()] })).toEqual(route({ rules: [aRule()] }));
  });

  test("leaves a big event to be looked up", () => {
    const base = JSON.stringify(anEvent({ message: "" })).length;
    const fits = anEvent({ message: "x".repeat(MAX_INLINE_EVENT_CHARS - base) });
    const tooBig = anEvent({ message: "x".repeat(MAX_INLINE_EVENT_CHARS - base + 1) });

    expect(route({ rules: [aRule()] }, fits).mails[0]?.job.event).toEqual(fits);
    expect(route({ rules: [aRule()] }, tooBig).mails[0]?.job).not.toHaveProperty("event");
  });

  test("mails as many recipients as an event may have", () => {
    const { mails } = route({ rules: [aRule({ recipients: { emails: people(MAX_RECIPIENTS), groups: [] } })] });

    expect(mails.map(({ job }) => job)).toHaveLength(MAX_RECIPIENTS);
  });

  test("mails nobody when there are more, and says why", () => {
    const { mails, record } = route({
      rules: [aRule({ recipients: { emails: people(MAX_RECIPIENTS + 1), groups: [] } })],
    });

    expect(mails).toEqual([]);
    expect(record.recipients.every(({ outcome }) => outcome === "too-many-recipients")).toBe(true);
    expect(record.reason).toBe("501 recipients are more than the 500 one event may have; nobody was mailed.");
  });

  test("tells which groups are missing, the first few by name", () => {
    const missing = Array.from({ length: 12 }, (_, index) => `gone-${index}`);

    const { record } = route({ rules: [aRule({ recipients: { emails: [], groups: missing } })] });

    expect(record.reason).toContain('0 recipients. Rule acme/on-failure: group "gone-0" does not exist.');
    expect(record.reason).toContain("2 more such problems.");
    expect(record.reason).not.toContain("gone-10");
  });
});

describe("the record of an event", () => {
  test("names rules that matched first, and at most 200 that did not", () => {
    const misses = Array.from({ length: 250 }, (_, index) => aRule({ id: `miss-${index}`, enabled: false }));

    const { record } = route({ rules: [...misses, aRule({ id: "hit" })] });

    expect(record.rules).toHaveLength(201);
    expect(record.rules[0]).toMatchObject({ id: "hit", matched: true });
    expect(record.reason).toBe("1 of 251 rules matched; 1 recipient.");
  });

  test("stays small enough to be stored when hundreds of rules each name hundreds of people", () => {
    const groups = [aGroup({ id: "everybody", members: people(MAX_RECIPIENTS).map((email) => ({ email })) })];
    const rules = Array.from({ length: 1000 }, (_, index) =>
      aRule({ id: `rule-${index}-${"x".repeat(50)}`, recipients: { emails: [], groups: ["everybody"] } }),
    );

    const { mails, record } = route({ rules, groups });

    expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThanOrEqual(MAX_RECORD_BYTES);
    expect(record.recipients).toHaveLength(MAX_RECIPIENTS);
    expect(record.reason).toBe("1000 of 1000 rules matched; 500 recipients. The record is shortened.");
    expect(mails.map(({ job }) => job)).toHaveLength(MAX_RECIPIENTS);
    expect(Buffer.byteLength(JSON.stringify(mails[0]?.job))).toBeLessThan(16 * 1024);
  });

  test("keeps everybody even when ids, addresses and scopes are as long as they may be", () => {
    const long = "x".repeat(40);
    const scope = scopeOf(`acme.${long}.${long}.${long}`);
    const emails = Array.from({ length: MAX_RECIPIENTS }, (_, index) =>
      addressOf(`${String(index).padStart(64, "a")}@${`${"d".repeat(59)}.`.repeat(3)}example`),
    );
    const rules = Array.from({ length: 300 }, (_, index) =>
      aRule({ id: `${index}`.padEnd(63, "x"), scope, recipients: { emails, groups: [] } }),
    );

    const { record } = route({ rules }, anEvent({ scope }));

    expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThanOrEqual(MAX_RECORD_BYTES);
    expect(record.recipients).toHaveLength(MAX_RECIPIENTS);
  });
});
