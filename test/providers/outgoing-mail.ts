import type { EmailAddress } from "../../shared/domain/address.ts";
import type { Scope } from "../../shared/domain/scope.ts";
import type { OutgoingMail } from "../../shared/flow/provider-ports.ts";

/** An address that is known to be one. */
export const address = (text: string): EmailAddress => text as EmailAddress;

/** A mail with everything a mail can have. */
export const aMail = (changes: Partial<OutgoingMail> = {}): OutgoingMail => ({
  from: { name: "Acme CI", address: address("ci@acme.example") },
  replyTo: { name: "Acme Help", address: address("help@acme.example") },
  to: address("ada@globex.example"),
  subject: "Failed: Build API #512",
  html: "<p>It <b>failed</b>.</p>",
  text: "It failed.",
  messageId: "<delivery-1@acme.example>",
  references: ["<run-512@acme.example>"],
  deliveryId: "delivery-1",
  scope: "acme.eng" as Scope,
  ...changes,
});

/** A signal that does not fire while a test runs. */
export const noDeadline = (): AbortSignal => new AbortController().signal;
