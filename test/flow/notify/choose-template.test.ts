import { describe, expect, test } from "vitest";
import type { Brand } from "../../../shared/domain/brand.ts";
import type { Rule } from "../../../shared/domain/rule.ts";
import type { TemplateRef } from "../../../shared/domain/template.ts";
import { routeEvent } from "../../../shared/flow/notify/route-event.ts";
import { anEvent, aRule, NOW, scopeOf, tenantNamed } from "../../fakes/builders.ts";
import { routingOf } from "../../fakes/fixed-config.ts";

const ACME = tenantNamed("acme");

const at = (scope: string, id: string): TemplateRef => ({ scope: scopeOf(scope), id, version: 3, contentId: "c0ffee" });

/** The template of the mail about a failure in `acme.eng`. */
const chosen = (
  templates: readonly TemplateRef[],
  rules: readonly Rule[] = [aRule()],
  type = "PipelineFailed",
  brands: readonly Brand[] = [],
) => {
  const { mails } = routeEvent({
    tenant: ACME,
    event: anEvent({ scope: scopeOf("acme.eng"), type }),
    configs: routingOf({ rules, templates, brands }, [ACME]),
    receivedAt: NOW.toISOString(),
  });
  return mails[0]?.job.template;
};

describe("the template of a mail", () => {
  test("is that of the first rule behind it which names one that exists", () => {
    const rules = [aRule({ id: "a" }), aRule({ id: "b", template: "mine" }), aRule({ id: "c", template: "other" })];

    expect(chosen([at("acme", "other"), at("acme", "mine")], rules)).toEqual(at("acme", "mine"));
  });

  test("is the nearest of that id upwards from the event", () => {
    const rules = [aRule({ template: "mine" })];

    expect(chosen([at("system", "mine"), at("acme", "mine")], rules)).toEqual(at("acme", "mine"));
    expect(chosen([at("acme.eng", "mine"), at("acme", "mine")], rules)).toEqual(at("acme.eng", "mine"));
    expect(chosen([at("system", "mine")], rules)).toEqual(at("system", "mine"));
  });

  test("is else the one called like the event's type, else the default one", () => {
    const rules = [aRule({ events: ["*"], template: "gone" })];
    const templates = [at("acme", "default"), at("system", "pipeline-failed"), at("acme", "db2-done")];

    expect(chosen(templates, rules)).toEqual(at("system", "pipeline-failed"));
    expect(chosen(templates, rules, "Db2Done")).toEqual(at("acme", "db2-done"));
    expect(chosen(templates, rules, "StepFailed")).toEqual(at("acme", "default"));
  });

  test("is the variant in the language of the nearest brand", () => {
    const templates = [at("acme", "default"), at("acme", "default-de")];
    const brands = [{ scope: scopeOf("acme"), locale: "de-AT" }];

    expect(chosen(templates, [aRule()], "PipelineFailed", brands)).toEqual(at("acme", "default-de"));
    expect(chosen(templates)).toEqual(at("acme", "default"));
  });

  test("is none when there is none", () => {
    expect(chosen([])).toBeUndefined();
    expect(chosen([at("globex", "default")])).toBeUndefined();
  });
});

test("a template that a rule names and nobody finds is told of in the event's record", () => {
  const rules = [aRule({ id: "a", template: "gone" }), aRule({ id: "b", template: "mine" }), aRule({ id: "c" })];

  const { record, mails } = routeEvent({
    tenant: ACME,
    event: anEvent({ scope: scopeOf("acme.eng") }),
    configs: routingOf({ rules, templates: [at("acme", "mine")] }, [ACME]),
    receivedAt: NOW.toISOString(),
  });

  expect(record.reason).toBe(
    '3 of 3 rules matched; 1 recipient. Rule acme/a: template "gone" does not exist in acme.eng or above.',
  );
  expect(mails).toHaveLength(1);
});
