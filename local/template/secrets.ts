import * as z from "zod/mini";
import { readProperties } from "./read-properties.ts";
import type { Resource, Resources } from "./resources.ts";

/** Of what is generated, only what the template asks for: letters and digits. */
const secretProperties = z.object({
  Description: z.optional(z.string()),
  GenerateSecretString: z.strictObject({
    PasswordLength: z._default(z.coerce.number(), 32),
    ExcludePunctuation: z.literal(true),
  }),
});

/** A secret to create, with a value that nobody has chosen. */
export interface GeneratedSecret {
  readonly name: string;
  readonly description: string | undefined;
  /** Letters and digits that the value has. */
  readonly length: number;
}

/** The template's secrets. */
export const readGeneratedSecrets = (resources: Resources): readonly GeneratedSecret[] =>
  resources.ofType("AWS::SecretsManager::Secret").map(toSecret);

const toSecret = (resource: Resource): GeneratedSecret => {
  const { Description, GenerateSecretString } = readProperties(secretProperties, resource);
  return { name: resource.name, description: Description, length: GenerateSecretString.PasswordLength };
};
