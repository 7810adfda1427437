import { describe, expect, test } from "vitest";
import { findTemplate } from "../../../shared/flow/notify/find-template.ts";
import { scopeOf, tenantNamed } from "../../fakes/builders.ts";
import { routingOf } from "../../fakes/fixed-config.ts";

const TEMPLATES = [
  "acme.eng/failed",
  "acme/failed",
  "acme/failed-de",
  "acme/failed-de-at",
  "acme/default",
  "system/ended",
  "system/default-fr",
  "globex/secret",
].map((place) => {
  const [scope = "", id = ""] = place.split("/");
  return { scope: scopeOf(scope), id, version: 1, contentId: place };
});

const found = (ids: readonly string[], scope: string, locale?: string) =>
  findTemplate(ids, scopeOf(scope), locale, routingOf({ templates: TEMPLATES }, [tenantNamed("acme")]))?.contentId;

describe("the template of a mail", () => {
  test.each([
    [["failed"], "acme.eng.api", undefined, "acme.eng/failed"],
    [["failed"], "acme", undefined, "acme/failed"],
    [["ended"], "acme.eng", undefined, "system/ended"],
    [["none", "failed", "default"], "acme", undefined, "acme/failed"],
    [["none", "default"], "acme.eng", undefined, "acme/default"],
    [["none"], "acme", undefined, undefined],
    [[], "acme", undefined, undefined],
    [["secret"], "acme", undefined, undefined],
  ])("of %j for %s is the nearest of the first id there is", (ids, scope, locale, template) => {
    expect(found(ids, scope, locale)).toBe(template);
  });

  test.each([
    ["de-AT", "acme/failed-de-at"],
    ["de-CH", "acme/failed-de"],
    ["de", "acme/failed-de"],
    ["fr", "acme/failed"],
    ["zh-Hant-TW", "acme/failed"],
  ])("in %s is the closest variant of its language", (locale, template) => {
    expect(found(["failed"], "acme", locale)).toBe(template);
  });

  test("of the nearest scope wins over a closer language further up", () => {
    expect(found(["failed"], "acme.eng", "de-AT")).toBe("acme.eng/failed");
  });
});
