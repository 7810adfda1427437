import { describe, expect, test } from "vitest";
import type { PipelineEvent } from "../../../shared/domain/event.ts";
import type { PipelineOverride } from "../../../shared/domain/pipeline-override.ts";
import type { Rule } from "../../../shared/domain/rule.ts";
import { routeEvent } from "../../../shared/flow/notify/route-event.ts";
import { addressOf, aGroup, anEvent, aRule, NOW, scopeOf, tenantNamed } from "../../fakes/builders.ts";
import { type Routing, routingOf } from "../../fakes/fixed-config.ts";

const ACME = tenantNamed("acme");
const ENG = scopeOf("acme.eng");

const to = (...emails: string[]): Rule["recipients"] => ({ emails: emails.map(addressOf), groups: [] });

const override = (different: Partial<PipelineOverride>): PipelineOverride => ({
  id: "build-api",
  scope: scopeOf("acme"),
  mode: "custom",
  ...different,
});

/** Whom an event of `acme.eng` is mailed to, with its record. */
const route = (overrides: readonly PipelineOverride[], event: Partial<PipelineEvent> = {}, more: Routing = {}) => {
  const routing = { rules: [aRule({ events: ["PipelineFailed"] })], overrides, ...more };
  const { mails, record } = routeEvent({
    tenant: ACME,
    event: anEvent({ scope: ENG, ...event }),
    configs: routingOf(routing, [ACME]),
    receivedAt: NOW.toISOString(),
  });
  return { record, mailed: mails.map(({ job }) => job.recipient), jobs: mails.map(({ job }) => job) };
};

describe("an override that inherits", () => {
  test("changes nothing, whatever else it keeps", () => {
    const kept = override({ mode: "inherit", minSeverity: "error", recipients: to("new@acme.example") });

    expect(route([kept], { severity: "warning" })).toEqual(route([], { severity: "warning" }));
  });

  test("hands on to the one above it", () => {
    expect(route([override({ scope: ENG, mode: "inherit" }), override({ mode: "muted" })]).mailed).toEqual([]);
  });
});

describe("an override that mutes", () => {
  test("mails nobody, and the record says which one it was and who would have been told", () => {
    const { mailed, record } = route([override({ mode: "muted" })]);

    expect(mailed).toEqual([]);
    expect(record.reason).toBe(
      "1 of 1 rules matched; 0 recipients. Override acme/build-api mutes the pipeline; nobody was mailed.",
    );
    expect(record.recipients).toEqual([
      { address: "ada@acme.example", via: ["rule acme/on-failure"], outcome: "overridden" },
    ]);
  });

  test("does not touch other pipelines, events of none, or what a nearer one says", () => {
    const muted = override({ mode: "muted" });

    expect(route([muted], { pipeline: { id: "other" } }).mailed).toHaveLength(1);
    expect(route([muted], { pipeline: undefined }).mailed).toHaveLength(1);
    expect(route([muted, override({ scope: ENG, mode: "custom" })]).mailed).toHaveLength(1);
  });

  test("holds for a pipeline of every tenant when the operator set it", () => {
    expect(route([override({ scope: scopeOf("system"), mode: "muted" })]).mailed).toEqual([]);
  });
});

describe("a custom override", () => {
  test("without fields changes nothing, which is not the same as mute", () => {
    expect(route([override({})])).toEqual(route([]));
  });

  test("replaces the threshold of every rule, upwards and downwards", () => {
    const rules = [aRule({ minSeverity: "error" })];

    expect(route([override({ minSeverity: "warning" })], { severity: "warning" }, { rules }).mailed).toHaveLength(1);
    expect(route([override({ minSeverity: "error" })], { severity: "warning" }).mailed).toEqual([]);
  });

  test("replaces the recipients of every rule that matches, and says so", () => {
    const rules = [aRule(), aRule({ id: "second", recipients: to("bob@acme.example") })];

    const { mailed, record, jobs } = route([override({ recipients: to("new@acme.example") })], {}, { rules });

    expect(mailed).toEqual(["new@acme.example"]);
    expect(jobs[0]?.ruleIds).toEqual(["acme/on-failure", "acme/second"]);
    expect(record.recipients[0]).toMatchObject({ via: ["override acme/build-api"], outcome: "queued" });
    expect(record.recipients.slice(1).map(({ address, outcome }) => [address, outcome])).toEqual([
      ["ada@acme.example", "overridden"],
      ["bob@acme.example", "overridden"],
    ]);
    expect(record.reason).toContain("Override acme/build-api names the recipients.");
  });

  test("finds its groups from its own scope upwards", () => {
    const group = (scope: string, email: string) => aGroup({ scope: scopeOf(scope), aliases: [addressOf(email)] });
    const groups = [group("acme", "acme@acme.example"), group("acme.eng", "eng@acme.example")];
    const recipients = { emails: [], groups: ["oncall"] };

    expect(route([override({ recipients })], {}, { groups }).mailed).toEqual(["acme@acme.example"]);
    expect(route([override({ scope: ENG, recipients })], {}, { groups }).mailed).toEqual(["eng@acme.example"]);
  });

  test.each<[string, Partial<PipelineEvent>, Partial<PipelineOverride>, boolean]>([
    ["a success of the pipeline", { type: "PipelineSuccess", severity: "success" }, {}, true],
    ["its start, which is less than a success", { type: "PipelineStart", severity: "info" }, {}, false],
    ["its start when it asks for that", { type: "PipelineStart", severity: "info" }, { minSeverity: "info" }, true],
    [
      "a success when it asks for more",
      { type: "PipelineSuccess", severity: "success" },
      { minSeverity: "error" },
      false,
    ],
    ["a failure of one stage", { type: "StageFailed", stage: { id: "deploy" } }, {}, false],
    ["a failure of one step", { type: "StepFailed" }, {}, false],
  ])("with recipients tells them of %s that no rule matches: %#", (_, event, different, isTold) => {
    const { mailed } = route([override({ recipients: to("new@acme.example"), ...different })], event);

    expect(mailed).toEqual(isTold ? ["new@acme.example"] : []);
  });
});
