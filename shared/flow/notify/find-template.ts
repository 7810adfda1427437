import { nearestIn } from "../../domain/nearest.ts";
import type { Scope, Tenant } from "../../domain/scope.ts";
import type { TemplateRef } from "../../domain/template.ts";
import type { RoutingConfig } from "../ports.ts";

/**
 * The template for a mail of a scope: the first of the ids that exists anywhere upwards. Of each id the nearest scope
 * decides, and within a scope the variant closest to the language: for `de-AT` that is `failed-de-at`, `failed-de`,
 * `failed`.
 * @param ids what to look for, the most particular first, such as a rule's own, `pipeline-failed`, `default`.
 * @param locale language of the mails of the scope as a BCP 47 tag: that of its nearest brand.
 */
export const findTemplate = (
  ids: readonly string[],
  scope: Scope,
  locale: string | undefined,
  configs: ReadonlyMap<Tenant, Pick<RoutingConfig, "templateAt">>,
): TemplateRef | undefined => {
  for (const id of ids) {
    const variants = variantsOf(id, locale);
    const found = nearestIn(scope, configs, ({ templateAt }, at) => firstOf(variants, (one) => templateAt(at, one)));
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The id with the language and without, the closest first. */
const variantsOf = (id: string, locale: string | undefined): readonly string[] => {
  const tags = locale === undefined ? [] : locale.toLowerCase().split("-");
  return [...tags.map((_, dropped) => [id, ...tags.slice(0, tags.length - dropped)].join("-")), id];
};

const firstOf = <T>(ids: readonly string[], at: (id: string) => T | undefined): T | undefined => {
  for (const id of ids) {
    const found = at(id);
    if (found !== undefined) return found;
  }
  return undefined;
};
