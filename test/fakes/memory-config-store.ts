import type {
  Change,
  ConfigStore,
  ListedStore,
  Removed,
  ScopeDocument,
  SettingsStore,
  Versioned,
  Written,
} from "../../shared/admin/ports.ts";
import type { AwsSource } from "../../shared/domain/aws-source.ts";
import type { Brand } from "../../shared/domain/brand.ts";
import type { Group } from "../../shared/domain/group.ts";
import type { MailSettings, SecretNotes } from "../../shared/domain/mail-settings.ts";
import type { PipelineOverride } from "../../shared/domain/pipeline-override.ts";
import type { Rule } from "../../shared/domain/rule.ts";
import { isWithin, type Scope, tenantOf } from "../../shared/domain/scope.ts";
import type { TemplateDocument } from "../../shared/domain/template.ts";
import { createMemorySuppressions } from "./memory-suppressions.ts";
import { pageOf } from "./page-of.ts";

type Documents<T> = Map<string, Versioned<T>>;

/** Keeps what administrators configure in memory, as the table does: see `test/store/config-store.test.ts`. */
export const createMemoryConfigStore = (): ConfigStore => {
  const scopes: Documents<ScopeDocument> = new Map();
  const settings = createSettings();
  const groups = createListed<Group>();
  const rules = createListed<Rule>();
  const pipelines = createListed<PipelineOverride>();
  const templates = createListed<TemplateDocument>();
  const awsSources = createListed<AwsSource>();
  const brands: Documents<Brand> = new Map();
  const tenants = () => [...new Set([...scopes.values()].map(({ value }) => tenantOf(value.scope)))];
  return {
    scopes: {
      get: async (scope) => scopes.get(scope),
      put: async (scope, value, change) => write(scopes, scope, value, change),
      remove: async (scope, change) => remove(scopes, scope, change),
      listTenants: async (page) => pageOf(tenants(), (tenant) => tenant, page),
      listWithin: async (scope, page) =>
        pageOf(
          [...scopes.values()].filter(({ value }) => isWithin(value.scope, scope)),
          ({ value }) => value.scope,
          page,
        ),
      contentsOf: async (scope) => [
        ...([...scopes.keys()].some((other) => other.startsWith(`${scope}.`)) ? ["sub-scopes"] : []),
        ...((await settings.get(scope)) === undefined ? [] : ["mail settings"]),
        ...(brands.has(scope) ? ["a brand"] : []),
        ...(await holds("groups", groups, scope)),
        ...(await holds("rules", rules, scope)),
        ...(await holds("templates", templates, scope)),
        ...(await holds("notifications of pipelines", pipelines, scope)),
        ...(await holds("AWS sources", awsSources, scope)),
      ],
    },
    settings,
    groups,
    rules,
    pipelines,
    templates,
    awsSources,
    brands: {
      get: async (scope) => brands.get(scope),
      put: async (scope, value, change) => write(brands, scope, value, change),
      remove: async (scope, change) => remove(brands, scope, change),
    },
    suppressions: createMemorySuppressions(),
  };
};

const holds = async <T>(called: string, store: ListedStore<T>, scope: Scope): Promise<string[]> =>
  (await store.list(scope, { limit: 1 })).items.length > 0 ? [called] : [];

const createSettings = (): SettingsStore => {
  const settings: Documents<MailSettings> = new Map();
  const secrets = new Map<Scope, SecretNotes>();
  const notesOf = (scope: Scope) => secrets.get(scope) ?? {};
  const withSecrets = <T extends Versioned<MailSettings>>(found: T) => ({
    ...found,
    secrets: notesOf(found.value.scope),
  });
  const setNotes = (scope: Scope, notes: SecretNotes) => {
    if (!settings.has(scope)) return undefined;
    const before = notesOf(scope);
    secrets.set(scope, notes);
    return { before };
  };
  return {
    get: async (scope) => optional(settings.get(scope), withSecrets),
    put: async (scope, value, change) =>
      optional(write(settings, scope, value, change), (written) => ({
        ...withSecrets(written),
        before: optional(written.before, withSecrets),
      })),
    async remove(scope, change) {
      const removed = optional(remove(settings, scope, change), ({ before }) => ({
        before: optional(before, withSecrets),
      }));
      if (removed !== undefined) secrets.delete(scope);
      return removed;
    },
    noteSecret: async (scope, kind, note) => setNotes(scope, { ...notesOf(scope), [kind]: note }),
    forgetSecrets: async (scope) => setNotes(scope, {}),
  };
};

const optional = <T, R>(value: T | undefined, map: (value: T) => R): R | undefined =>
  value === undefined ? undefined : map(value);

const createListed = <T extends { readonly id: string; readonly scope: Scope }>(): ListedStore<T> => {
  const documents: Documents<T> = new Map();
  const key = (scope: Scope, id: string) => `${scope}#${id}`;
  return {
    get: async (scope, id) => documents.get(key(scope, id)),
    list: async (scope, page) =>
      pageOf(
        [...documents.values()].filter(({ value }) => value.scope === scope),
        ({ value }) => value.id,
        page,
      ),
    put: async (scope, id, value, change) => write(documents, key(scope, id), value, change),
    remove: async (scope, id, change) => remove(documents, key(scope, id), change),
  };
};

const differs = <T>(found: Versioned<T> | undefined, { ifVersion }: Change): boolean => {
  if (ifVersion === undefined) return false;
  return found === undefined || (ifVersion !== "*" && !ifVersion.includes(found.version));
};

const write = <T>(
  documents: Documents<T>,
  key: string,
  value: T,
  change: Change,
): Written<Versioned<T>> | undefined => {
  const found = documents.get(key);
  if (differs(found, change)) return undefined;
  const version = (found?.version ?? 0) + 1;
  const written = { value, version, updatedAt: change.at.toISOString(), updatedBy: change.by };
  documents.set(key, written);
  return { ...written, before: found };
};

const remove = <T>(documents: Documents<T>, key: string, change: Change): Removed<Versioned<T>> | undefined => {
  const found = documents.get(key);
  if (found !== undefined && differs(found, change)) return undefined;
  documents.delete(key);
  return { before: found };
};
