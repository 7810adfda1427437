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
  const brand = nearestIn(event.scope, configs, ({ brandAt }, scope) => brandAt(scope));
  return findTemplate([...named, kebabCase(event.type), DEFAULT_TEMPLATE], event.scope, brand?.locale, configs);
};

const kebabCase = (type: string): string => type.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
