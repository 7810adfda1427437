import { onTestFinished } from "vitest";
import { bindingFor, type SecretNotes, type SmtpSettings } from "../../shared/domain/mail-settings.ts";
import type { DeliverDeps } from "../../shared/flow/deliver.ts";
import { createProviders } from "../../shared/providers/registry.ts";
import { NOW, settingsOf } from "../fakes/builders.ts";
import { type Script, startScriptedSmtp } from "../fakes/scripted-smtp-server.ts";
import { createSender } from "../flow/sender-in-memory.ts";
import { AS_MAILER, guardFor, LOGIN, smtpSettings } from "../providers/smtp-harness.ts";

/** The note that a password was given for these settings. */
export const passwordNote = (provider: SmtpSettings, versionId = "v1"): SecretNotes => ({
  password: { versionId, updatedAt: NOW.toISOString(), binding: bindingFor(provider, "password") ?? "" },
});

/** A sender with deliveries in memory and the real SMTP client, in front of a server of the test's own. */
export const senderTo = (port: number, different: Partial<SmtpSettings> = {}, deps: Partial<DeliverDeps> = {}) => {
  const provider = smtpSettings(port, { auth: AS_MAILER, ...different });
  const secret = { secret: LOGIN.password, binding: bindingFor(provider, "password") ?? "" };
  return createSender({
    settings: [settingsOf("acme", { provider }, passwordNote(provider))],
    secrets: async () => secret,
    deps: {
      providers: createProviders({ guard: guardFor(port), sendgridBaseUrl: "", requestTimeoutMs: 1000 }),
      ...deps,
    },
  });
};

/** A server that follows the scripts, connection by connection, and a sender in front of it. */
export const startCase = async (scripts: readonly Script[], settings: Partial<SmtpSettings> = {}) => {
  const server = await startScriptedSmtp(...scripts);
  onTestFinished(() => server.stop());
  return { server, sender: senderTo(server.port, settings) };
};
