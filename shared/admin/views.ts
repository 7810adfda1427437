import type { EventRecord, RecipientVerdict } from "../domain/event-record.ts";
import {
  bindingIn,
  credentialState,
  type MailSettings,
  SECRET_KINDS,
  type SecretNotes,
} from "../domain/mail-settings.ts";
import { PRESETS, type Preset, type PresetName, protocolOf } from "../domain/presets.ts";
import { defaultSecurity } from "../domain/security.ts";
import { credentialHint } from "./credential-hint.ts";
import type { EffectiveSettings } from "./mail-settings.ts";
import type { Versioned, VersionedSettings } from "./ports.ts";
import type { SettingsFacts } from "./settings-facts.ts";

/** A document as the API shows it: its own fields, then the facts of its last change. */
export const viewDocument = <T>({ value, version, updatedAt, updatedBy }: Versioned<T>) => ({
  ...value,
  version,
  updatedAt,
  updatedBy,
});

/** What is known of each kind of secret: never its value, its version or its binding. */
export const viewSecrets = (settings: MailSettings, secrets: SecretNotes) => ({
  credentials: Object.fromEntries(
    SECRET_KINDS.map((kind) => {
      const note = secrets[kind];
      const usable = note !== undefined && note.binding === bindingIn(settings, kind);
      return [kind, { set: note !== undefined, updatedAt: note?.updatedAt ?? null, usable }];
    }),
  ),
  credentialState: credentialState({ settings, secrets }),
  credentialHint: credentialHint(settings, secrets),
});

/** Mail settings with what follows from them, and with the state of their secrets. */
export const viewSettings = (settings: VersionedSettings, facts: SettingsFacts) => ({
  ...viewDocument(settings),
  ...viewProtocol(settings.value),
  ...viewSecrets(settings.value, settings.secrets),
  ...facts,
});

/** Mail settings for those who use them but have nothing to do with where they were given: what a mail would be sent by. */
const viewUse = ({ value, secrets, version, updatedAt }: VersionedSettings) => ({
  ...value,
  version,
  updatedAt,
  ...viewProtocol(value),
  credentialState: credentialState({ settings: value, secrets }),
});

const viewProtocol = ({ provider }: MailSettings) =>
  provider.kind === "smtp" ? { protocol: protocolOf(provider.port) } : {};

/** Fields that settings are made of: each says where it comes from. */
const VALUES = ["name", "from", "replyTo", "provider", "fallback", "onAmbiguous"] as const;

/**
 * The settings in force, with where each value comes from and why.
 * @param facts undefined when the caller may not see who looks after the settings and how they fare.
 */
export const viewEffective = (
  { settings, inheritedFrom, reason }: EffectiveSettings,
  facts: SettingsFacts | undefined,
) => ({
  ...(facts === undefined ? viewUse(settings) : viewSettings(settings, facts)),
  inheritedFrom,
  reason,
  origins: Object.fromEntries(VALUES.map((value) => [value, { scope: settings.value.scope, inheritedFrom, reason }])),
});

/** A well-known provider as a form needs it. */
export const viewPreset = (name: PresetName) => {
  const { label, host, port, hints, hostForm, oauth2 }: Preset = PRESETS[name];
  return {
    preset: name,
    label,
    host,
    hostForm: hostForm ?? null,
    port,
    security: defaultSecurity(port),
    protocol: protocolOf(port),
    oauth2: oauth2 ?? null,
    hints,
  };
};

/** Somebody whom an event reached, or did not: with the delivery, and when it is due, as far as there are any. */
export const viewRecipient = ({ address, via, outcome, deliveryId, dueAt }: RecipientVerdict) => ({
  address,
  via,
  outcome,
  ...(deliveryId === undefined ? {} : { deliveryId }),
  ...(dueAt === undefined ? {} : { dueAt }),
});

/** An event's record as the contract shows it. */
export const viewEvent = ({ recipients, ...record }: EventRecord) => ({
  ...record,
  recipients: recipients.map(viewRecipient),
});
