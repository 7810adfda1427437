import type { ConfigStore, ListedStore, SingleStore } from "../admin/ports.ts";
import { tenantOf } from "../domain/scope.ts";
import { withDirectory } from "./aws-source-directory.ts";
import { type Documents, getDocument, putDocument, readDocument, removeDocument } from "./document.ts";
import { configPartition, documentKey, documentPrefix, type ListedKind } from "./keys.ts";
import { queryPage } from "./query-page.ts";
import { createScopeStore } from "./scope-store.ts";
import { createSettingsStore } from "./settings-store.ts";
import { createSuppressionStore } from "./suppression-store.ts";
import type { Table } from "./table.ts";

/**
 * Everything administrators configure, in the config table. Each change is one conditional write, followed by a bump
 * of the tenant's version. Access patterns, besides those of `document.ts`, `scope-store.ts`, `settings-store.ts`,
 * `suppression-store.ts` and `aws-source-directory.ts`:
 *
 * groups, rules, templates, overrides or AWS sources of a scope   Query pk = TENANT#acme, sk begins with GROUP#acme.eng#
 */
export const createConfigStore = (table: Table): ConfigStore => ({
  scopes: createScopeStore(table),
  settings: createSettingsStore(table),
  groups: createListedStore(table, "GROUP"),
  rules: createListedStore(table, "RULE"),
  pipelines: createListedStore(table, "PIPELINE"),
  templates: createListedStore(table, "TEMPLATE"),
  awsSources: withDirectory(table, createListedStore(table, "AWSSOURCE")),
  brands: createSingleStore(table, "BRAND"),
  suppressions: createSuppressionStore(table),
});

const createSingleStore = (table: Table, kind: "BRAND"): SingleStore<Documents["BRAND"]> => ({
  get: (scope) => getDocument(table, kind, documentKey(kind, scope)),
  put: (scope, value, change) => putDocument(table, kind, documentKey(kind, scope), value, change),
  remove: (scope, change) => removeDocument(table, kind, tenantOf(scope), documentKey(kind, scope), change),
});

const createListedStore = <K extends ListedKind>(table: Table, kind: K): ListedStore<Documents[K]> => ({
  get: (scope, id) => getDocument(table, kind, documentKey(kind, scope, id)),
  async list(scope, page) {
    const prefix = documentPrefix(kind, scope);
    const { items, cursor } = await queryPage(table, configPartition(tenantOf(scope)), prefix, page);
    return { items: items.flatMap((item) => readDocument(kind, item) ?? []), cursor };
  },
  put: (scope, id, value, change) => putDocument(table, kind, documentKey(kind, scope, id), value, change),
  remove: (scope, id, change) => removeDocument(table, kind, tenantOf(scope), documentKey(kind, scope, id), change),
});
