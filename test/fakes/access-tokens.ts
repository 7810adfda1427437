import type { AccessTokens } from "../../shared/flow/ports.ts";

/** Access tokens of mailboxes nobody has connected. */
export const NOT_CONNECTED: AccessTokens = {
  get: async () => ({ ok: false, reason: "oauth-not-connected", message: "Not connected." }),
};
