import type { StackDescription } from "../stack-file.ts";

/** How the smoke test's one mail leaves, and what proves that it did. */
export interface MailRoute {
  readonly recipient: string;
  /** Mail settings of the test's own tenant, or undefined to use the operator's. */
  readonly settings: object | undefined;
  /** What the delivery must come to. */
  readonly expectedState: "accepted" | "deferred";
}

/** Whom mail is for when nobody gets any (RFC 2606). */
const NOBODY = "smoke@tidings.example";

/** A name that never resolves (RFC 6761): the sender does all it can do without a mail server. */
const NO_SERVER = "smtp.tidings-smoke.invalid";

const ownSettings = (host: string, port: number, security: "none" | "implicit"): object => ({
  name: "Smoke test",
  from: { name: "Tidings smoke test", address: "smoke@tidings.example" },
  provider: { kind: "smtp", host, port, security, auth: { type: "password", username: "smoke" } },
});

/**
 * To a person, through the operator's settings; or into the local stack's inbox; or else to a server that does not
 * exist, so that nobody is mailed and the delivery is seen to wait.
 */
export const mailRouteOf = (recipient: string | undefined, local: StackDescription | undefined): MailRoute => {
  if (recipient !== undefined) return { recipient, settings: undefined, expectedState: "accepted" };
  if (local !== undefined) {
    const settings = ownSettings(local.inbox.smtpHost, local.inbox.smtpPort, "none");
    return { recipient: NOBODY, settings, expectedState: "accepted" };
  }
  return { recipient: NOBODY, settings: ownSettings(NO_SERVER, 465, "implicit"), expectedState: "deferred" };
};
