import { onTestFinished } from "vitest";
import type { SmtpSettings } from "../../shared/domain/mail-settings.ts";
import type { Failed } from "../../shared/domain/outcome.ts";
import type { Provider } from "../../shared/flow/provider-ports.ts";
import { type Script, type ScriptedSmtpServer, startScriptedSmtp } from "../fakes/scripted-smtp-server.ts";
import { AS_MAILER, LOGIN, providerFor } from "./smtp-harness.ts";

/** A server that follows the scripts, connection by connection, and a provider that logs in to it. */
export const startFaulty = async (
  settings: Partial<SmtpSettings>,
  ...scripts: Script[]
): Promise<{ server: ScriptedSmtpServer; provider: Provider }> => {
  const server = await startScriptedSmtp(...scripts);
  onTestFinished(() => server.stop());
  return { server, provider: providerFor(server.port, { auth: AS_MAILER, ...settings }, LOGIN.password) };
};

/** A failure that certainly sent nothing and may be tried again. */
export const transient = (
  reason: Failed["reason"],
  phase: Failed["phase"],
  code: number | null = null,
): Partial<Failed> => ({ class: "transient", reason, phase, code });

/** A failure after which nobody knows whether the mail was taken. */
export const POSSIBLY_SENT: Partial<Failed> = {
  class: "ambiguous",
  reason: "possibly-sent",
  phase: "accepted",
  code: null,
};
