import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DigestRule, digestOf, isDigestId, parseWindow } from "../../shared/domain/digest.ts";
import type { Rule } from "../../shared/domain/rule.ts";
import { anEvent, aRule, scopeOf } from "../fakes/builders.ts";

const digestRule = (window = "PT15M", by: "rule" | "pipeline" = "rule", different: Partial<Rule> = {}): DigestRule => ({
  ...aRule(different),
  digest: { window, by },
});

const NIGHT = { from: "22:00", to: "07:00", timezone: "UTC" };

const dueAt = (rule: DigestRule, at: string) => digestOf(rule, anEvent(), undefined, at).dueAt;

describe("a window", () => {
  test.each([
    ["PT1M", 1],
    ["PT15M", 15],
    ["PT90M", 90],
    ["PT1H30M", 90],
    ["PT24H", 1440],
    ["PT1440M", 1440],
    ["PT0H5M", 5],
  ])("of %s has %d minutes", (text, minutes) => {
    expect(parseWindow(text)).toBe(minutes);
  });

  test.each([
    "",
    "PT",
    "PT0M",
    "PT0H",
    "PT24H1M",
    "PT25H",
    "PT1441M",
    "P1D",
    "15M",
    "PT15S",
    "PT1.5H",
    "pt15m",
    "PT-5M",
  ])("is not '%s'", (text) => {
    expect(parseWindow(text)).toBeUndefined();
  });

  test.each([
    { at: "2026-11-20T12:00:00.000Z", end: "2026-11-20T12:15:00.000Z" },
    { at: "2026-11-20T12:14:59.999Z", end: "2026-11-20T12:15:00.000Z" },
    { at: "2026-11-20T12:15:00.000Z", end: "2026-11-20T12:30:00.000Z" },
  ])("that $at lies in ends at $end", ({ at, end }) => {
    expect(dueAt(digestRule(), at)).toBe(end);
  });

  test("of a day ends at midnight UTC", () => {
    expect(dueAt(digestRule("PT24H"), "2026-11-20T12:00:00.000Z")).toBe("2026-11-21T00:00:00.000Z");
  });

  test("ends after every instant in it, at most its own length later", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 1440 }), (ms, minutes) => {
        const wait = Date.parse(dueAt(digestRule(`PT${minutes}M`), new Date(ms).toISOString())) - ms;

        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(minutes * 60_000);
      }),
    );
  });
});

describe("a digest", () => {
  const AT = "2026-11-20T12:01:00.000Z";
  const idOf = (rule: DigestRule, event = anEvent(), at = AT) => digestOf(rule, event, undefined, at).id;
  const otherPipeline = anEvent({ pipeline: { id: "build-web" } });

  test("of a rule is shared by all its events of a window", () => {
    expect(idOf(digestRule(), otherPipeline, "2026-11-20T12:14:00.000Z")).toBe(idOf(digestRule()));
    expect(isDigestId(idOf(digestRule()))).toBe(true);
  });

  test("of pipelines is shared by the events of one pipeline of one scope, and by those of none", () => {
    const rule = digestRule("PT15M", "pipeline");
    const ofNone = anEvent({ id: "e2", pipeline: undefined });

    expect(idOf(rule, anEvent({ id: "e2" }))).toBe(idOf(rule));
    expect(idOf(rule, otherPipeline)).not.toBe(idOf(rule));
    expect(idOf(rule, anEvent({ scope: scopeOf("acme.eng") }))).not.toBe(idOf(rule));
    expect(idOf(rule, ofNone)).toBe(idOf(rule, { ...ofNone, id: "e3" }));
  });

  test.each([
    { title: "another window", other: idOf(digestRule(), anEvent(), "2026-11-20T12:15:00.000Z") },
    { title: "another rule", other: idOf(digestRule("PT15M", "rule", { id: "other" })) },
    {
      title: "a rule of that name elsewhere",
      other: idOf(digestRule("PT15M", "rule", { scope: scopeOf("acme.eng") })),
    },
  ])("is not that of $title", ({ other }) => {
    expect(other).not.toBe(idOf(digestRule()));
  });

  test("belongs to its rule's scope; by pipeline, to the pipeline's; by a rule for everybody, to the tenant", () => {
    const event = anEvent({ scope: scopeOf("acme.eng.payments") });
    const scopeBy = (rule: DigestRule) => digestOf(rule, event, undefined, AT).scope;

    expect(scopeBy(digestRule("PT15M", "rule", { scope: scopeOf("acme.eng") }))).toBe("acme.eng");
    expect(scopeBy(digestRule("PT15M", "pipeline", { scope: scopeOf("acme.eng") }))).toBe("acme.eng.payments");
    expect(scopeBy(digestRule("PT15M", "rule", { scope: scopeOf("system") }))).toBe("acme");
  });

  test("is about a pipeline when it is by pipeline and the event has one", () => {
    const pipelineBy = (by: "rule" | "pipeline", event = anEvent()) =>
      digestOf(digestRule("PT15M", by), event, undefined, AT).pipelineId;

    expect(pipelineBy("pipeline")).toBe("build-api");
    expect(pipelineBy("pipeline", anEvent({ pipeline: undefined }))).toBeUndefined();
    expect(pipelineBy("rule")).toBeUndefined();
  });

  test("whose window ends in quiet hours is due at their end, one for the whole night", () => {
    const evening = digestOf(digestRule(), anEvent(), NIGHT, "2026-11-20T22:20:00.000Z");
    const night = digestOf(digestRule(), anEvent({ id: "e2" }), NIGHT, "2026-11-21T03:40:00.000Z");

    expect(evening.dueAt).toBe("2026-11-21T07:00:00.000Z");
    expect(night).toMatchObject({ id: evening.id, dueAt: evening.dueAt });
  });

  test("is followed by that of the next window, and after a night by the first one of the day", () => {
    const night = digestOf(digestRule(), anEvent(), NIGHT, "2026-11-20T22:20:00.000Z");

    expect(night.next().dueAt).toBe("2026-11-21T07:15:00.000Z");
    expect(night.next().next().dueAt).toBe("2026-11-21T07:30:00.000Z");
    expect(night.next().id).toBe(digestOf(digestRule(), anEvent(), NIGHT, "2026-11-21T07:00:00.000Z").id);
  });
});
