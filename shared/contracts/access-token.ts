import * as z from "zod/mini";
import type { FailureReason } from "../domain/outcome.ts";
import { parseScope, type Scope } from "../domain/scope.ts";

/** Time an access token must still be good for to be used: longer than a send takes. */
export const TOKEN_RESERVE_MS = 60_000;

/** What `deliver` and `connect` ask of `oauth`: a token for the mailbox of the settings given at this scope. */
export interface AccessTokenRequest {
  readonly kind: "access-token";
  readonly scope: Scope;
}

/** Why there is no token: its client secret is gone, nobody consented, consent is over, or the issuer is out of reach. */
const NO_TOKEN = [
  "credentials-required",
  "oauth-not-connected",
  "oauth-refused",
  "oauth-unavailable",
] as const satisfies readonly FailureReason[];
export type NoToken = (typeof NO_TOKEN)[number];

/** A token to log in with until `expiresAt` (ISO-8601), or the reason why there is none. */
export type AccessTokenAnswer =
  | { readonly ok: true; readonly accessToken: string; readonly expiresAt: string }
  | { readonly ok: false; readonly reason: NoToken; readonly message: string };

const requestSchema = z.object({
  kind: z.literal("access-token"),
  scope: z.pipe(
    z.string(),
    z.transform((text, context): Scope => {
      const scope = parseScope(text);
      if (scope !== undefined) return scope;
      context.issues.push({ code: "custom", message: "must be a scope", input: text });
      return z.NEVER;
    }),
  ),
});

/** Reads a request for a token; undefined when the event is something else. */
export const parseAccessTokenRequest = (event: unknown): AccessTokenRequest | undefined => {
  const parsed = requestSchema.safeParse(event);
  return parsed.success ? parsed.data : undefined;
};

const schema = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), accessToken: z.string(), expiresAt: z.string() }),
  z.object({
    ok: z.literal(false),
    reason: z.enum(NO_TOKEN),
    message: z.string(),
  }),
]);

/** Reads the answer of the `oauth` function; undefined when it is none. */
export const parseAccessTokenAnswer = (value: unknown): AccessTokenAnswer | undefined => {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
};
