import { describe, expect, test } from "vitest";
import { compileRule } from "../../shared/domain/compile-rule.ts";
import type { Rule } from "../../shared/domain/rule.ts";
import { aRule } from "../fakes/builders.ts";

/** A rule as the table gives it back after somebody else wrote into it. */
const stored = (different: Record<string, unknown>): Rule => ({ ...aRule(), ...different });

describe("a rule made ready", () => {
  test.each([
    [{ events: "PipelineFailed" }, "events", "must be a list"],
    [{ stages: null }, "stages", "must be a list"],
    [{ pipelines: [1] }, "pipelines", "must be a list"],
    [{ recipients: null }, "emails", "must be a list"],
    [{ filter: null }, "filter", "must be an object"],
    [{ digest: "PT15M" }, "digest", "must be an object"],
    [{ quietHours: [] }, "quietHours", "must be an object"],
    [{ mute: null }, "mute", "must be an object"],
  ])("with %j keeps nothing but its place, and what is wrong with %s", (different, path, message) => {
    const compiled = compileRule(stored(different));

    expect(compiled.rule).toMatchObject({ id: "on-failure", scope: "acme", recipients: { emails: [], groups: [] } });
    expect(compiled.filter).toEqual({ issues: [{ path, message }] });
  });

  test("is what was saved when nothing is wrong with it", () => {
    const rule = aRule({ mute: { until: "2026-12-01T08:00:00.000Z" }, digest: { window: "PT15M", by: "rule" } });

    expect(compileRule(rule)).toEqual({ rule, filter: undefined });
  });
});
