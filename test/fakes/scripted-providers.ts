import type { StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import type { SendOutcome } from "../../shared/domain/outcome.ts";
import type { OutgoingMail, Providers } from "../../shared/flow/ports.ts";

/** A mail that was handed to a provider, with what the provider was opened with. */
export interface SentMail {
  readonly mail: OutgoingMail;
  readonly stored: StoredMailSettings;
  readonly secret: string | undefined;
  readonly signal: AbortSignal;
}

/** How a send ends, perhaps depending on the mail or after a while. */
export type Script = (sent: SentMail) => SendOutcome | Promise<SendOutcome>;

/** What a server says that took the mail. */
export const ACCEPTED: SendOutcome = { kind: "accepted", code: 250, text: "OK" };

/** Providers that send nothing: they remember each mail and answer what the script says. */
export const createScriptedProviders = (
  script: Script = () => ACCEPTED,
): Providers & { readonly opened: StoredMailSettings[]; readonly sent: SentMail[] } => {
  const opened: StoredMailSettings[] = [];
  const sent: SentMail[] = [];
  return {
    opened,
    sent,
    open(stored, secret) {
      opened.push(stored);
      return {
        kind: stored.settings.provider.kind,
        async send(mail, signal) {
          const one = { mail, stored, secret, signal };
          sent.push(one);
          return script(one);
        },
        close() {},
      };
    },
  };
};
