import type { FailureReason } from "./outcome.ts";

/** How the latest connection test of a scope's stored settings ended. */
export interface LastTest {
  /** When it began, ISO-8601. */
  readonly at: string;
  readonly ok: boolean;
  /** Why it failed; null when it did not. */
  readonly code: FailureReason | null;
  readonly hint: string | null;
}

/**
 * Settings as they were given once. The version alone does not tell: it begins with 1 again when settings are deleted
 * and given anew.
 */
export interface SettingsEdition {
  readonly version: number;
  /** When they were given, ISO-8601. */
  readonly updatedAt: string;
}

/** A test as it is kept: with the settings it was of. */
export interface NotedTest extends LastTest {
  readonly settings: SettingsEdition;
}

/** What a kept test says about these settings: nothing when it was of others, such as those before the last change. */
export const lastTestOf = ({ version, updatedAt }: SettingsEdition, noted: NotedTest | undefined): LastTest | null => {
  if (noted === undefined) return null;
  const { settings, ...lastTest } = noted;
  return settings.version === version && settings.updatedAt === updatedAt ? lastTest : null;
};
