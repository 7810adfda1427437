import type { PipelineEvent } from "../../domain/event.ts";
import { nearestIn } from "../../domain/nearest.ts";
import type { Rule } from "../../domain/rule.ts";
import type { Tenant } from "../../domain/scope.ts";
import type { TemplateRef } from "../../domain/template.ts";
import type { RoutingConfig } from "../ports.ts";
import { findTemplate } from "./find-template.ts";

/** Id of the template for whatever has none of its own. */
const DEFAULT_TEMPLATE = "default";

/**
 * The template of a mail about an event: that of the first rule behind it which names one; else the one called like
 * the event's type (`pipeline-failed`); else `default`; else none, and the built-in mail is sent.
 */
export const chooseTemplate = (
  rules: readonly Rule[],
  event: Pick<PipelineEvent, "type" | "scope">,
  configs: ReadonlyMap<Tenant, RoutingConfig>,
): TemplateRef | undefined => {
  const named = rules.flatMap(({ template }) => template ?? []).slice(0, 1);
  const ids = [...named, kebabCase(event.type), DEFAULT_TEMPLATE];
  return findTemplate(ids, event.scope, localeOf(event, configs), configs);
};

/** Sentences about rules that name a template which the event's scope cannot find. */
export const explainMissingTemplates = (
  rules: readonly Rule[],
  event: Pick<PipelineEvent, "scope">,
  configs: ReadonlyMap<Tenant, RoutingConfig>,
): string[] => {
  const locale = localeOf(event, configs);
  const named = new Set(rules.flatMap(({ template }) => template ?? []));
  const missing = new Set([...named].filter((id) => findTemplate([id], event.scope, locale, configs) === undefined));
  return rules
    .filter(({ template }) => template !== undefined && missing.has(template))
    .map(
      ({ scope, id, template }) =>
        `Rule ${scope}/${id}: template "${template}" does not exist in ${event.scope} or above.`,
    );
};

/** Language of the mails of the event's scope. */
const localeOf = (
  { scope }: Pick<PipelineEvent, "scope">,
  configs: ReadonlyMap<Tenant, RoutingConfig>,
): string | undefined => nearestIn(scope, configs, ({ brandAt }, at) => brandAt(at))?.locale;

const kebabCase = (type: string): string => type.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
