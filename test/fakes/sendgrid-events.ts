import { generateKeyPairSync, sign } from "node:crypto";
import type { Delivery } from "../../shared/domain/delivery.ts";

/** A SendGrid account that signs what it posts. */
export interface SendGridAccount {
  /** As its page shows it: base64 of the DER. */
  readonly verificationKey: string;
  /** The headers that prove who posts a body. */
  signed(body: string, timestamp?: string): Record<string, string>;
}

/** Makes an account with a key of its own. */
export const createSendGridAccount = (): SendGridAccount => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return {
    verificationKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    signed: (body, timestamp = "1795608000") => ({
      "x-twilio-email-event-webhook-signature": sign("sha256", Buffer.from(timestamp + body), privateKey).toString(
        "base64",
      ),
      "x-twilio-email-event-webhook-timestamp": timestamp,
    }),
  };
};

let events = 0;

/** What SendGrid posts of a delivery. Each has an id of its own unless it is given. */
export const sendGridEvent = (
  event: string,
  { id, scope, recipient }: Pick<Delivery, "id" | "scope" | "recipient">,
  different: Readonly<Record<string, unknown>> = {},
) => {
  events += 1;
  return {
    email: recipient,
    timestamp: 1_795_608_000 + events,
    "smtp-id": "<id@acme.example>",
    event,
    category: ["pipelines"],
    sg_event_id: `event-${events}`,
    sg_message_id: "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
    tidings_delivery: id,
    tidings_scope: scope,
    ...different,
  };
};
