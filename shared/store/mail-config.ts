import { SYSTEM } from "../domain/scope.ts";
import type { MailConfig } from "../oauth/ports.ts";
import { getDocument } from "./document.ts";
import { documentKey } from "./keys.ts";
import type { Table } from "./table.ts";

/*
 * Access patterns
 *   does a scope exist    get   SCOPE#<scope>      `system` always does
 *   its mail settings     get   SETTINGS#<scope>
 */

/** Single scopes and their mail settings, read anew each time. */
export const createMailConfig = (table: Table): MailConfig => ({
  exists: async (scope) =>
    scope === SYSTEM || (await getDocument(table, "SCOPE", documentKey("SCOPE", scope))) !== undefined,
  async settings(scope) {
    const found = await getDocument(table, "SETTINGS", documentKey("SETTINGS", scope));
    return found === undefined ? undefined : { settings: found.value, secrets: found.secrets };
  },
});
