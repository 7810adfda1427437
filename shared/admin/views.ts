import type { Delivery } from "../domain/delivery.ts";
import type { EventRecord } from "../domain/event-record.ts";
import {
  bindingOf,
  credentialState,
  type MailSettings,
  SECRET_KINDS,
  type SecretNotes,
} from "../domain/mail-settings.ts";
import { protocolOf } from "../domain/presets.ts";
import type { EffectiveSettings } from "./mail-settings.ts";
import type { Versioned, VersionedSettings } from "./ports.ts";

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
      const usable = note !== undefined && note.binding === bindingOf(settings.provider);
      return [kind, { set: note !== undefined, updatedAt: note?.updatedAt ?? null, usable }];
    }),
  ),
  credentialState: credentialState({ settings, secrets }),
});

/** Mail settings with what follows from them, and with the state of their secrets. */
export const viewSettings = (settings: VersionedSettings) => ({
  ...viewDocument(settings),
  ...(settings.value.provider.kind === "smtp" ? { protocol: protocolOf(settings.value.provider.port) } : {}),
  ...viewSecrets(settings.value, settings.secrets),
});

/** The settings in force, with where they come from and why. */
export const viewEffective = ({ settings, inheritedFrom, reason }: EffectiveSettings) => ({
  ...viewSettings(settings),
  inheritedFrom,
  reason,
});

/** A delivery as the contract shows it. */
export const viewDelivery = ({ attempts, ...delivery }: Delivery) => ({
  ...delivery,
  attempts: attempts.map(({ reason: _internal, ...attempt }) => attempt),
});

/** An event's record as the contract shows it. */
export const viewEvent = ({ recipients, ...record }: EventRecord) => ({
  ...record,
  recipients: recipients.map(({ address, via, outcome }) => ({ address, via, outcome })),
});
