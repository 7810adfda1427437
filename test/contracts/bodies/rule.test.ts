import { describe, expect, test } from "vitest";
import { ruleBody } from "../../../shared/contracts/bodies/rule.ts";
import { parseBody } from "../../../shared/contracts/parse-body.ts";
import { issuesOf } from "../issues-of.ts";

const aRule = (parts: object = {}) => ({
  name: "On failure",
  events: ["PipelineFailed"],
  recipients: { groups: ["oncall"] },
  ...parts,
});

const parse = (parts: object = {}) => parseBody(ruleBody, aRule(parts));

describe("rule body", () => {
  test("fills in what is left out", () => {
    const rule = parse();

    expect(rule).toEqual({
      name: "On failure",
      enabled: true,
      events: ["PipelineFailed"],
      stages: "all",
      recipients: { emails: [], groups: ["oncall"] },
    });
  });

  test.each([
    { title: "a list", emails: ["ada@acme.example", " bob@ACME.example "] },
    { title: "a comma-separated text", emails: "ada@acme.example,\n bob@ACME.example," },
  ])("reads addresses from $title", ({ emails }) => {
    const rule = parse({ recipients: { emails } });

    expect(rule.recipients.emails).toEqual(["ada@acme.example", "bob@acme.example"]);
  });

  test("keeps an address named twice once, as first written, in the order given", () => {
    const rule = parse({ recipients: { emails: "Ada@acme.example, bob@acme.example, ada@ACME.example" } });

    expect(rule.recipients.emails).toEqual(["Ada@acme.example", "bob@acme.example"]);
  });

  test.each([
    { emails: ["ada@acme.example", "bob"], path: "recipients.emails[1]" },
    { emails: "ada@acme.example, bob", path: "recipients.emails[1]" },
    { emails: "ada@acme.example,,bob@acme.example", path: "recipients.emails[1]" },
    { emails: [1], path: "recipients.emails[0]" },
    { emails: 1, path: "recipients.emails" },
    { emails: ["a@b.example\r\nBcc: c@d.example"], path: "recipients.emails[0]" },
  ])("names the place of the wrong address in $emails", ({ emails, path }) => {
    const issues = issuesOf(ruleBody, aRule({ recipients: { emails } }));

    expect(issues).toHaveLength(1);
    expect(issues[0]?.startsWith(`${path}: `)).toBe(true);
  });

  test.each(["PipelineFailed", "Stage*", "*", "*Failed", "P*d", "DeployFrozen"])("takes the event %s", (event) => {
    const rule = parse({ events: [event] });

    expect(rule.events).toEqual([event]);
  });

  test.each(["", "pipelineFailed", "Stage-*", "Stage *", "A", `P${"x".repeat(64)}`])(
    "refuses the event %j",
    (event) => {
      const issues = issuesOf(ruleBody, aRule({ events: [event] }));

      expect(issues[0]).toMatch(/^events\[0\]: must be an event type/);
    },
  );

  test.each(["oncall", "acme:platform", "acme.eng:on-call", "system:ops"])("takes the group %s", (group) => {
    const rule = parse({ recipients: { groups: [group] } });

    expect(rule.recipients.groups).toEqual([group]);
  });

  test.each(["", "On Call", ":oncall", "acme:", "a:b:c", "Acme:x", "aws:x", "-x"])("refuses the group %j", (group) => {
    const issues = issuesOf(ruleBody, aRule({ recipients: { groups: [group] } }));

    expect(issues[0]).toMatch(/^recipients\.groups\[0\]: /);
  });

  test.each([
    { title: "no events", parts: { events: [] }, issue: "events: must have at least 1 item" },
    { title: "too many events", parts: { events: Array(51).fill("*") }, issue: "events: must have at most 50 items" },
    { title: "no stages", parts: { stages: [] }, issue: "stages: must have at least 1 item" },
    {
      title: "a stage that is no list",
      parts: { stages: "deploy" },
      issue: 'stages: must be "all", or must be a list',
    },
    {
      title: "nobody",
      parts: { recipients: {} },
      issue: "recipients: must name somebody: an address in emails, a group in groups, or triggeredBy",
    },
    {
      title: "an unknown severity",
      parts: { minSeverity: "fatal" },
      issue: 'minSeverity: must be "info" or "success" or "warning" or "error"',
    },
    { title: "a switch that is a text", parts: { enabled: "true" }, issue: "enabled: must be true or false" },
    { title: "no pipelines", parts: { pipelines: [] }, issue: "pipelines: must have at least 1 item" },
    {
      title: "an empty branch",
      parts: { branches: ["main", ""] },
      issue: "branches[1]: must have at least 1 character",
    },
    {
      title: "an unknown condition",
      parts: { when: "broken" },
      issue: 'when: must be "always" or "changed" or "failed-and-recovered"',
    },
    {
      title: "a template that is no id",
      parts: { template: "../x" },
      issue: 'template: must be 1 to 63 of a-z, 0-9 and "-", not beginning with "-"',
    },
    {
      title: "a mute until a day",
      parts: { mute: { until: "2026-12-01" } },
      issue: 'mute.until: must be an instant such as "2026-12-01T08:00:00Z", with its zone',
    },
    {
      title: "a mute until no day",
      parts: { mute: { until: "2026-13-01T08:00:00Z" } },
      issue: "mute.until: must be a date and time that exist",
    },
    { title: "a mute without end", parts: { mute: {} }, issue: "mute.until: is required and must be a text" },
    { title: "an empty name", parts: { name: "  " }, issue: "name: must have at least 1 character" },
    { title: "a long name", parts: { name: "x".repeat(101) }, issue: "name: must have at most 100 characters" },
  ])("refuses $title", ({ parts, issue }) => {
    const issues = issuesOf(ruleBody, aRule(parts));

    expect(issues).toEqual([issue]);
  });

  test("takes everything a rule can say", () => {
    const parts = {
      pipelines: ["build-*"],
      branches: ["main", "release/*"],
      filter: { data: { amount: [{ numeric: [">", 100] }] } },
      when: "failed-and-recovered",
      recipients: { triggeredBy: true },
      template: "deploys",
      digest: { window: "PT15M", by: "pipeline" },
      quietHours: { from: "22:00", to: "07:00", timezone: "Europe/Berlin", except: "error" },
    };

    expect(parse({ ...parts, mute: { until: "2026-12-01T09:00:00+01:00", reason: "migration" } })).toEqual({
      ...aRule(parts),
      enabled: true,
      stages: "all",
      recipients: { emails: [], groups: [], triggeredBy: true },
      mute: { until: "2026-12-01T08:00:00.000Z", reason: "migration" },
    });
  });

  test("names nobody when it only says not to mail whoever started the run", () => {
    const issues = issuesOf(ruleBody, aRule({ recipients: { triggeredBy: false } }));

    expect(issues).toEqual(["recipients: must name somebody: an address in emails, a group in groups, or triggeredBy"]);
  });

  test.each([
    { filter: { pipeline: { id: [{ prefix: 1 }] } }, path: "filter.pipeline.id[0].prefix" },
    { filter: { pipeline: { id: ["a", { prefixx: "a" }] } }, path: "filter.pipeline.id[1]" },
    { filter: { $or: [{ branch: ["a"] }] }, path: 'filter["$or"]' },
    { filter: { branch: "main" }, path: "filter.branch" },
    { filter: { data: { "a.b c": 1 } }, path: 'filter.data.a["b c"]' },
    { filter: {}, path: "filter" },
    { filter: { data: { n: [1e300] } }, path: "filter.data.n[0]" },
    { filter: { data: { n: [{ "anything-but": [9007199254740992] }] } }, path: "filter.data.n[0].anything-but[0]" },
    { filter: { data: { "": [1] } }, path: "filter.data" },
    { filter: [], path: "filter" },
  ])("points at the place in the filter $filter", ({ filter, path }) => {
    const issues = issuesOf(ruleBody, aRule({ filter }));

    expect(issues.map((issue) => issue.slice(0, issue.indexOf(": ")))).toEqual([path]);
  });
});
