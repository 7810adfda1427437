import { addressKey, type EmailAddress } from "../../shared/domain/address.ts";
import type { Brand } from "../../shared/domain/brand.ts";
import type { Group } from "../../shared/domain/group.ts";
import type { StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import type { PipelineOverride } from "../../shared/domain/pipeline-override.ts";
import type { Rule } from "../../shared/domain/rule.ts";
import { indexRules } from "../../shared/domain/rule-index.ts";
import { type Scope, SYSTEM, type Tenant, tenantOf } from "../../shared/domain/scope.ts";
import type { SuppressionList } from "../../shared/domain/suppression.ts";
import type { TemplateRef } from "../../shared/domain/template.ts";
import type { ConfigSource, RoutingConfig, SendingConfig } from "../../shared/flow/ports.ts";
import type { Suppressing } from "../../shared/flow/suppression-ports.ts";
import { createMemorySuppressions, type MemorySuppressions } from "./memory-suppressions.ts";

/** What is configured for deciding, of all tenants. */
export interface Routing {
  readonly scopes?: readonly Scope[];
  readonly rules?: readonly Rule[];
  readonly groups?: readonly Group[];
  readonly overrides?: readonly PipelineOverride[];
  readonly templates?: readonly TemplateRef[];
  readonly brands?: readonly Brand[];
  readonly recipientDomains?: readonly string[];
  /** On the list of every tenant. */
  readonly suppressed?: readonly EmailAddress[];
  /** On the list of every tenant, having unsubscribed. */
  readonly unsubscribed?: readonly EmailAddress[];
}

/** The configuration of each tenant asked for, and of `system`, cut from one list for all. */
export const routingOf = (routing: Routing, tenants: Iterable<Tenant>): ReadonlyMap<Tenant, RoutingConfig> =>
  new Map([...new Set([SYSTEM, ...tenants])].map((tenant) => [tenant, routingOfTenant(routing, tenant)]));

const routingOfTenant = (routing: Routing, tenant: Tenant): RoutingConfig => {
  const { scopes = [], rules = [], groups = [], overrides = [], templates = [], brands = [] } = routing;
  const own = <T extends { readonly scope: Scope }>(all: readonly T[]) =>
    all.filter(({ scope }) => tenantOf(scope) === tenant);
  const byScope = Map.groupBy(own(rules), ({ scope }) => scope);
  const indexes = new Map([...byScope].map(([scope, ofScope]) => [scope, indexRules(ofScope)]));
  return {
    scopes: new Set(scopes.filter((scope) => tenantOf(scope) === tenant)),
    rulesAt: (scope) => indexes.get(scope) ?? indexRules([]),
    groupAt: (scope, id) => own(groups).find((group) => group.scope === scope && group.id === id),
    overrideAt: (scope, id) => own(overrides).find((override) => override.scope === scope && override.id === id),
    templateAt: (scope, id) => own(templates).find((template) => template.scope === scope && template.id === id),
    brandAt: (scope) => own(brands).find((brand) => brand.scope === scope),
    recipientDomains: routing.recipientDomains ?? [],
    suppressed: suppressionList(routing),
  };
};

/** A suppression list with these addresses. */
export const suppressionList = ({
  suppressed = [],
  unsubscribed = [],
}: Pick<Routing, "suppressed" | "unsubscribed">): SuppressionList =>
  new Map([
    ...suppressed.map((address) => [addressKey(address), "suppressed"] as const),
    ...unsubscribed.map((address) => [addressKey(address), "unsubscribed"] as const),
  ]);

/** A configuration that never changes; `loads` counts how often it was asked for. */
export const fixedRouting = (routing: Routing): ConfigSource<RoutingConfig> & { loads: number } => ({
  loads: 0,
  async load(tenants) {
    this.loads += 1;
    return routingOf(routing, tenants);
  },
});

/** When {@link fixedSending} says that settings were given. */
export const FIRST_EDITION = { version: 1, updatedAt: "2026-11-01T12:00:00.000Z" };

/** Mail settings and brands that never change, and suppression lists as they are. */
export const fixedSending = (
  settings: readonly StoredMailSettings[],
  brands: readonly Brand[] = [],
  suppressions: Pick<MemorySuppressions, "suppressedOf"> = createMemorySuppressions(),
): ConfigSource<SendingConfig & Suppressing> => ({
  load: async (tenants) =>
    new Map(
      [...new Set([SYSTEM, ...tenants])].map((tenant) => [
        tenant,
        { ...sendingOfTenant(settings, brands, tenant), suppressed: suppressions.suppressedOf(tenant) },
      ]),
    ),
});

const sendingOfTenant = (
  settings: readonly StoredMailSettings[],
  brands: readonly Brand[],
  tenant: Tenant,
): SendingConfig => ({
  settings: new Map(
    settings
      .filter((stored) => tenantOf(stored.settings.scope) === tenant)
      .map((stored) => [stored.settings.scope, { ...stored, ...FIRST_EDITION }]),
  ),
  brands: new Map(brands.filter(({ scope }) => tenantOf(scope) === tenant).map((brand) => [brand.scope, brand])),
});
