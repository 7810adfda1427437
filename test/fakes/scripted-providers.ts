import type { ProviderSettings } from "../../shared/domain/mail-settings.ts";
import type { SendOutcome } from "../../shared/domain/outcome.ts";
import type { Scope } from "../../shared/domain/scope.ts";
import type { OutgoingMail, ProviderSecrets, Providers } from "../../shared/flow/provider-ports.ts";

/** What a provider was opened with. */
export interface OpenedProvider {
  readonly scope: Scope;
  readonly settings: ProviderSettings;
  readonly secrets: ProviderSecrets;
}

/** A mail that was handed to a provider. */
export interface SentMail extends OpenedProvider {
  readonly mail: OutgoingMail;
  readonly signal: AbortSignal;
}

/** How a send ends, perhaps depending on the mail or after a while. */
export type Script = (sent: SentMail) => SendOutcome | Promise<SendOutcome>;

/** What a server says that took the mail. */
export const ACCEPTED: SendOutcome = { kind: "accepted", code: 250, text: "OK" };

/** Providers that send nothing: they remember each mail and answer what the script says. */
export const createScriptedProviders = (
  script: Script = () => ACCEPTED,
): Providers & { readonly opened: OpenedProvider[]; readonly sent: SentMail[] } => {
  const opened: OpenedProvider[] = [];
  const sent: SentMail[] = [];
  return {
    opened,
    sent,
    open(scope, settings, secrets) {
      const provider = { scope, settings, secrets };
      opened.push(provider);
      return {
        kind: settings.kind,
        async send(mail, signal) {
          const one = { ...provider, mail, signal };
          sent.push(one);
          return script(one);
        },
        close() {},
      };
    },
  };
};
