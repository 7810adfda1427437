import {
  BOUND_TO,
  type MailSettings,
  missingSecrets,
  providersOf,
  type SecretKind,
  type SecretNotes,
} from "../domain/mail-settings.ts";

/** Which secrets have to be given, and why, in sentences; null when none is missing. Never names a value. */
export const credentialHint = (settings: MailSettings, secrets: SecretNotes): string | null => {
  const sentences = providersOf(settings).flatMap((provider, index) => {
    const missing = missingSecrets(provider, secrets).map((kind) => wordMissing(kind, secrets));
    const isFirst = index === 0 && missing.length > 0;
    return isFirst ? [...missing, "Until then no mail goes out by the provider."] : missing;
  });
  return sentences.length === 0 ? null : sentences.join(" ");
};

const wordMissing = (kind: SecretKind, secrets: SecretNotes): string =>
  secrets[kind] === undefined
    ? `Give "${kind}": none is stored.`
    : `Give "${kind}" again: the one that is stored was given for another ${BOUND_TO[kind]}, and is not used for this one.`;
