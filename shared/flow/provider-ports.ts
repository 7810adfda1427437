import type { AccessTokenAnswer } from "../contracts/access-token.ts";
import type { EmailAddress } from "../domain/address.ts";
import type { ProviderSettings } from "../domain/mail-settings.ts";
import type { Attachment, Message } from "../domain/message.ts";
import type { SendOutcome, SendPhase } from "../domain/outcome.ts";
import type { Scope } from "../domain/scope.ts";

/** A mail ready for any provider. One recipient: partial acceptance cannot happen. */
export interface OutgoingMail {
  readonly from: { readonly name?: string | undefined; readonly address: EmailAddress };
  readonly replyTo: { readonly name?: string | undefined; readonly address: EmailAddress } | null;
  /** Who gets it. */
  readonly to: EmailAddress;
  /** Whom the headers name, of a message with several addressees; absent: the one who gets it. */
  readonly addressees?: Pick<Message, "to" | "cc"> | undefined;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** With angle brackets, as in the header. */
  readonly messageId: string;
  /** Message-IDs of the thread the mail belongs to, oldest first. */
  readonly references: readonly string[];
  readonly attachments?: readonly Attachment[] | undefined;
  readonly deliveryId: string;
  /** Whose mail it is: providers that tell later what became of it are given this to tell it with. */
  readonly scope: Scope;
  /** By which its recipient unsubscribes: an absolute URL of ASCII characters, without angle brackets. */
  readonly unsubscribeUrl?: string | undefined;
}

/** One step of a send, as it ended. */
export interface SendStep {
  readonly name: SendPhase;
  readonly ok: boolean;
  readonly ms: number;
  /** A sentence for administrators, free of secrets and of foreign banners. */
  readonly detail: string | null;
}

/** A way to send, opened for one set of settings and one version of its secrets. */
export interface Provider {
  readonly kind: ProviderSettings["kind"];
  /**
   * Sends one mail before the signal fires. Never throws for what the server did.
   * @param watch told of each step as it ends; a kept session skips the steps it has behind it.
   */
  send(mail: OutgoingMail, signal: AbortSignal, watch?: (step: SendStep) => void): Promise<SendOutcome>;
  /** Closes what is open; sends under way end first. */
  close(): void;
}

/** What a provider logs in with. */
export interface ProviderSecrets {
  /** The password or API key. */
  readonly login?: string | undefined;
  readonly proxyPassword?: string | undefined;
  /** Asked whenever a session logs in with OAuth 2.0; answers from memory while its token is good. */
  readonly accessToken?: (() => Promise<AccessTokenAnswer>) | undefined;
  /** Whose access tokens these are, and by which client secret. */
  readonly tokenIdentity?: string | undefined;
}

/** Opens providers and keeps them for the next mail of the same settings and secret versions. */
export interface Providers {
  open(scope: Scope, provider: ProviderSettings, secrets: ProviderSecrets): Provider;
}
