import { UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { ReplacedNotes, SettingsStore } from "../admin/ports.ts";
import { type Scope, tenantOf } from "../domain/scope.ts";
import { announceChange, getDocument, putDocument, readDocument, removeDocument } from "./document.ts";
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
  remove: (scope, change) => removeDocument(table, "SETTINGS", tenantOf(scope), documentKey("SETTINGS", scope), change),
  noteSecret: (scope, kind, note) =>
    updateNotes(table, scope, {
      UpdateExpression: "SET #secrets.#kind = :note",
      ExpressionAttributeNames: { "#secrets": "secrets", "#kind": kind },
      ExpressionAttributeValues: { ":note": note },
    }),
  forgetSecrets: (scope) =>
    updateNotes(table, scope, {
      UpdateExpression: "SET #secrets = :none",
      ExpressionAttributeNames: { "#secrets": "secrets" },
      ExpressionAttributeValues: { ":none": {} },
    }),
});

/** What an update of the notes consists of. `#secrets` names the attribute that holds them. */
type NotesUpdate = Pick<
  UpdateCommandInput,
  "UpdateExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

const updateNotes = async (table: Table, scope: Scope, update: NotesUpdate): Promise<ReplacedNotes | undefined> => {
  const updated = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: documentKey("SETTINGS", scope),
        ...update,
        ConditionExpression: "attribute_exists(#secrets)",
        ReturnValues: "ALL_OLD",
      }),
    ),
  );
  if (updated === undefined) return undefined;
  await announceChange(table, tenantOf(scope));
  return { before: readDocument("SETTINGS", updated.Attributes ?? {})?.secrets ?? {} };
};
