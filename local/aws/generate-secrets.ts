import { randomInt } from "node:crypto";
import type { Place } from "../template/place.ts";
import type { GeneratedSecret } from "../template/secrets.ts";
import type { SecretStore } from "./secret-store.ts";
import { createSecret } from "./secrets-manager.ts";

const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Creates the template's secrets. One that is there from an earlier run keeps its value, as in a second deployment. */
export const generateSecrets = (store: SecretStore, place: Place, secrets: readonly GeneratedSecret[]): void => {
  for (const { name, description, length } of secrets) {
    if (store.find(name) !== undefined) continue;
    const value = Array.from({ length }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join("");
    createSecret(store, place, { Name: name, Description: description, SecretString: value });
  }
};
