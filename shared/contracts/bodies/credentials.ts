import * as z from "zod/mini";
import { SECRET_KINDS, type SecretKind } from "../../domain/mail-settings.ts";

/** Most characters of a secret. */
const MAX_SECRET_LENGTH = 4096;

/** A line break or NUL would end a command or a header early; half a surrogate pair cannot be sent at all. */
const SENDABLE = /^[^\r\n\0\p{Cs}]*$/u;

const secret = z
  .string()
  .check(
    z.regex(SENDABLE, "must be one line, without NUL"),
    z.minLength(1),
    z.maxLength(MAX_SECRET_LENGTH),
    z.meta({ format: "password", writeOnly: true }),
  );

/** Secrets to store, by kind; those left out stay as they are. */
export type CredentialsDraft = { readonly [K in SecretKind]?: string | undefined };

/** New secrets of a scope. */
export const credentialsBody: z.ZodMiniType<CredentialsDraft> = z
  .strictObject({ password: z.optional(secret), apiKey: z.optional(secret) })
  .check(
    z.refine((given) => Object.values(given).some((value) => value !== undefined), {
      error: `must have at least one of ${SECRET_KINDS.join(", ")}`,
    }),
  );
