import * as z from "zod/mini";
import { SECRET_KINDS, type SecretKind } from "../../domain/mail-settings.ts";
import { parseJson } from "../json.ts";

/** A line break or NUL would end a command or a header early; half a surrogate pair cannot be sent at all. */
const SENDABLE = /^[^\r\n\0\p{Cs}]*$/u;

/** One line, as it is typed into a form. */
const secret = (maxLength: number) =>
  z
    .string()
    .check(
      z.regex(SENDABLE, "must be one line, without NUL"),
      z.minLength(1),
      z.maxLength(maxLength),
      z.meta({ format: "password", writeOnly: true }),
    );

/** What of a key file is used (Google, "Using OAuth 2.0 for server to server applications"). */
const keyFile = z.object({
  client_email: z.string().check(z.minLength(1)),
  private_key: z.string().check(z.minLength(1)),
});

/** The text of the JSON file that Google makes for a service account; it has lines. */
const serviceAccountKey = z.string().check(
  z.maxLength(16_384),
  z.refine(
    (text) => keyFile.safeParse(parseJson(text)).success,
    "must be the text of a service account's JSON key file, with client_email and private_key",
  ),
  z.meta({ format: "password", writeOnly: true }),
);

/** Secrets to store, by kind; those left out stay as they are. */
export type CredentialsDraft = { readonly [K in SecretKind]?: string | undefined };

/** New secrets of a scope. */
export const credentialsBody: z.ZodMiniType<CredentialsDraft> = z
  .strictObject({
    password: z.optional(secret(4096)),
    apiKey: z.optional(secret(4096)),
    proxyPassword: z.optional(secret(4096)),
    clientSecret: z.optional(secret(2048)),
    serviceAccountKey: z.optional(serviceAccountKey),
  })
  .check(
    z.refine((given) => Object.values(given).some((value) => value !== undefined), {
      error: `must have at least one of ${SECRET_KINDS.join(", ")}`,
    }),
  );
