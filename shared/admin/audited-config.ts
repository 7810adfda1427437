import type { Operation } from "../contracts/routes.ts";
import { diffSecrets } from "../domain/audit.ts";
import { diff, type FieldChange } from "../domain/diff.ts";
import type { SecretNotes } from "../domain/mail-settings.ts";
import type { Scope } from "../domain/scope.ts";
import type {
  Actor,
  AuditTrail,
  ConfigStore,
  ListedStore,
  SettingsStore,
  SingleStore,
  SuppressionStore,
  Versioned,
} from "./ports.ts";

/** How entries about one kind of document are called. */
interface Wording {
  readonly put: Operation;
  readonly remove: Operation;
  readonly target: string;
}

/**
 * A config store that takes down every write that changed something, so that whatever writes through it is audited.
 * What was before comes from the write itself: entries are right whoever else writes at the same time.
 */
export const auditedConfig = (config: ConfigStore, trail: AuditTrail): ConfigStore => {
  const note = createNote(trail);
  return {
    scopes: {
      ...config.scopes,
      ...auditedSingle(config.scopes, { put: "putScope", remove: "deleteScope", target: "scope" }, note),
    },
    settings: auditedSettings(config.settings, note),
    groups: auditedList(config.groups, { put: "putGroup", remove: "deleteGroup", target: "group" }, note),
    rules: auditedList(config.rules, { put: "putRule", remove: "deleteRule", target: "rule" }, note),
    pipelines: auditedList(
      config.pipelines,
      { put: "putPipelineNotifications", remove: "deletePipelineNotifications", target: "pipeline" },
      note,
    ),
    templates: auditedList(
      config.templates,
      { put: "putTemplate", remove: "deleteTemplate", target: "template" },
      note,
    ),
    awsSources: auditedList(
      config.awsSources,
      { put: "putAwsSource", remove: "deleteAwsSource", target: "aws-source" },
      note,
    ),
    brands: auditedSingle(config.brands, { put: "putBrand", remove: "deleteBrand", target: "brand" }, note),
    suppressions: auditedSuppressions(config.suppressions, note),
  };
};

/** What an entry is about, besides the changes. */
interface Subject {
  readonly action: Operation;
  readonly target: string;
  readonly scope: Scope;
  readonly actor: Actor;
}

/** Awaits a write, takes down what it changed, and answers what it answered. Undefined: it did not write. */
type Note = <R>(
  subject: Subject,
  write: Promise<R>,
  changesIn: (written: NonNullable<R>) => FieldChange[],
) => Promise<R>;

const createNote =
  (trail: AuditTrail): Note =>
  async ({ actor, ...subject }, write, changesIn) => {
    const written = await write;
    const changes = written ? changesIn(written) : [];
    if (changes.length > 0) {
      await trail.record({
        ...subject,
        at: actor.at.toISOString(),
        by: actor.by,
        byName: actor.byName ?? null,
        changes,
      });
    }
    return written;
  };

/** A document; mail settings also have secrets. */
type Audited = Versioned<object> & { readonly secrets?: SecretNotes };

const changesOf = (before: Audited | undefined, after: Audited | undefined): FieldChange[] => [
  ...diff(before?.value, after?.value),
  ...diffSecrets(before?.secrets ?? {}, after?.secrets ?? {}),
];

const auditedSingle = <T extends object, V extends Versioned<T>>(
  store: SingleStore<T, V>,
  { put, remove, target }: Wording,
  note: Note,
): SingleStore<T, V> => ({
  get: store.get,
  put: (scope, value, change) =>
    note({ action: put, target, scope, actor: change }, store.put(scope, value, change), (written) =>
      changesOf(written.before, written),
    ),
  remove: (scope, change) =>
    note({ action: remove, target, scope, actor: change }, store.remove(scope, change), ({ before }) =>
      changesOf(before, undefined),
    ),
});

const auditedSettings = (store: SettingsStore, note: Note): SettingsStore => ({
  ...auditedSingle(store, { put: "putMailSettings", remove: "deleteMailSettings", target: "mail-settings" }, note),
  noteSecret: (scope, kind, secret, actor) =>
    note(
      { action: "putCredentials", target: "credentials", scope, actor },
      store.noteSecret(scope, kind, secret, actor),
      ({ before }) => diffSecrets(before, { ...before, [kind]: secret }),
    ),
  forgetSecrets: (scope, actor) =>
    note(
      { action: "deleteCredentials", target: "credentials", scope, actor },
      store.forgetSecrets(scope, actor),
      ({ before }) => diffSecrets(before, {}),
    ),
});

const auditedList = <T extends object>(
  store: ListedStore<T>,
  { put, remove, target }: Wording,
  note: Note,
): ListedStore<T> => ({
  ...store,
  put: (scope, id, value, change) =>
    note(
      { action: put, target: `${target} ${id}`, scope, actor: change },
      store.put(scope, id, value, change),
      (written) => changesOf(written.before, written),
    ),
  remove: (scope, id, change) =>
    note(
      { action: remove, target: `${target} ${id}`, scope, actor: change },
      store.remove(scope, id, change),
      ({ before }) => changesOf(before, undefined),
    ),
});

const auditedSuppressions = (store: SuppressionStore, note: Note): SuppressionStore => ({
  list: store.list,
  add: (scope, suppression, actor) =>
    note(
      { action: "addSuppression", target: `suppression ${suppression.address}`, scope, actor },
      store.add(scope, suppression, actor),
      ({ before, value }) => diff(before, value),
    ),
  remove: (scope, address, actor) =>
    note(
      { action: "deleteSuppression", target: `suppression ${address}`, scope, actor },
      store.remove(scope, address, actor),
      ({ before }) => diff(before, undefined),
    ),
});
