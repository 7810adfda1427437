import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { METRIC_DIMENSIONS, METRICS } from "../../shared/contracts/metrics.ts";
import type { MetricSpec } from "../../shared/domain/metrics.ts";

const SPECS: readonly (readonly [name: string, spec: MetricSpec])[] = Object.entries(METRICS);
const VALUES: Readonly<Record<string, readonly string[]>> = METRIC_DIMENSIONS;

describe("the product's metrics", () => {
  test("have dimensions from a closed list only, none of which grows with tenants", () => {
    const used = new Set(SPECS.flatMap(([, { dimensions }]) => dimensions));

    expect([...used]).toEqual(Object.keys(METRIC_DIMENSIONS));
    expect(METRIC_DIMENSIONS).toEqual({ provider: ["smtp", "sendgrid", "none"] });
  });

  test("are few series: each costs 30 cents in a month in which it has values", () => {
    const series = SPECS.map(([, { dimensions }]) =>
      dimensions.reduce((count, name) => count * (VALUES[name]?.length ?? 0), 1),
    );

    expect(series.reduce((sum, count) => sum + count, 0)).toBe(36);
  });

  test("are all in the runbook, with their units, and no others", () => {
    const section = readFileSync("docs/runbook.md", "utf8").split("# What the product counts")[1] ?? "";
    const rows = [...section.matchAll(/^\| `(\w+)`\s*\| (\w+)\s*\| (?:`(\w+)`)?\s*\|/gm)];

    expect(rows.map(([, name, unit, dimension]) => [name, unit, dimension ?? null])).toEqual(
      SPECS.map(([name, { unit, dimensions }]) => [name, unit, dimensions[0] ?? null]),
    );
  });
});
