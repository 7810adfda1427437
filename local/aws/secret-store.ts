import { chmodSync, readFileSync } from "node:fs";
import { writeFileAtomically } from "../state-files.ts";

/** One value that a secret has or had. Exactly one of the two kinds of content is there. */
export interface SecretVersion {
  readonly SecretString?: string | undefined;
  /** Base64. */
  readonly SecretBinary?: string | undefined;
  /** Epoch seconds. */
  readonly createdDate: number;
  /** Staging labels, such as AWSCURRENT. */
  stages: string[];
}

/** One secret with its versions, by version id. Instants are epoch seconds. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  description: string | undefined;
  readonly createdDate: number;
  lastChangedDate: number;
  /** When its deletion was asked for; undefined while it is alive. */
  deletedDate: number | undefined;
  readonly versions: Record<string, SecretVersion>;
}

/** The secrets of the local stack. Whoever changes one in place calls `save`. */
export interface SecretStore {
  readonly secrets: Map<string, Secret>;
  /** Finds by name, ARN, or ARN without its random suffix. */
  find(id: string): Secret | undefined;
  /** Keeps the present state, when there is a file to keep it in. */
  save(): void;
}

/** Opens the secrets in a file that only its owner can read, or in memory without one. */
export const openSecretStore = (file?: string): SecretStore => {
  const secrets = new Map<string, Secret>();
  if (file !== undefined) for (const secret of readSecrets(file)) secrets.set(secret.name, secret);
  return {
    secrets,
    find: (id) =>
      secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id || arn.slice(0, -SUFFIX_LENGTH) === id),
    save: () => {
      if (file !== undefined) writeFileAtomically(file, JSON.stringify([...secrets.values()]), 0o600);
    },
  };
};

/** Length of the hyphen and six random characters at the end of a secret's ARN. */
const SUFFIX_LENGTH = 7;

const readSecrets = (file: string): readonly Secret[] => {
  try {
    const secrets = JSON.parse(readFileSync(file, "utf8")) as readonly Secret[];
    chmodSync(file, 0o600);
    return secrets;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new Error(`cannot read the secrets in ${file}`, { cause: error });
  }
};
