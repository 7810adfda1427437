import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { SettingsStore } from "../admin/ports.ts";
import { tenantOf } from "../domain/scope.ts";
import { announceChange, getDocument, putDocument, removeDocument } from "./document.ts";
import { documentKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/**
 * Access patterns, besides those of `document.ts`:
 *
 * note a secret     UpdateItem SETTINGS#<scope>   set secrets.<kind>, if the settings exist
 * forget secrets    UpdateItem SETTINGS#<scope>   set secrets = {},   if the settings exist
 */
export const createSettingsStore = (table: Table): SettingsStore => ({
  get: (scope) => getDocument(table, "SETTINGS", documentKey("SETTINGS", scope)),
  put: (scope, value, change) => putDocument(table, "SETTINGS", documentKey("SETTINGS", scope), value, change),
  remove: (scope, change) => removeDocument(table, tenantOf(scope), documentKey("SETTINGS", scope), change),
  async noteSecret(scope, kind, note) {
    const noted = await ifConditionHolds(() =>
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: documentKey("SETTINGS", scope),
          UpdateExpression: "SET #secrets.#secret = :note",
          ConditionExpression: "attribute_exists(#secrets)",
          ExpressionAttributeNames: { "#secrets": "secrets", "#secret": kind },
          ExpressionAttributeValues: { ":note": note },
        }),
      ),
    );
    if (noted === undefined) return false;
    await announceChange(table, tenantOf(scope));
    return true;
  },
  async forgetSecrets(scope) {
    const forgotten = await ifConditionHolds(() =>
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: documentKey("SETTINGS", scope),
          UpdateExpression: "SET #secrets = :none",
          ConditionExpression: "attribute_exists(#secrets)",
          ExpressionAttributeNames: { "#secrets": "secrets" },
          ExpressionAttributeValues: { ":none": {} },
        }),
      ),
    );
    if (forgotten !== undefined) await announceChange(table, tenantOf(scope));
  },
});
