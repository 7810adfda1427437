import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { parseScope } from "../domain/scope.ts";
import type { ConsentStore, PendingConsent } from "../oauth/ports.ts";
import { OAUTH_CONSENTS, oauthConsentKey } from "./keys.ts";
import { queryAll } from "./query-all.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   begin consent       put     OAUTHCONSENTS / <hash of the state>   if it is not there
 *   come back           delete  the same item, answering it           if it is there: one caller gets it
 *   delete stale ones   query   OAUTHCONSENTS                          every 6 hours; then delete
 */

const schema = z.object({
  v: z.literal(1),
  scope: z.string(),
  binding: z.string(),
  verifierVersionId: z.string(),
  by: z.string(),
  byName: z.nullable(z.string()),
  expiresAt: z.string(),
});

const readConsent = (item: unknown): PendingConsent | undefined => {
  const parsed = schema.safeParse(item);
  const scope = parsed.success ? parseScope(parsed.data.scope) : undefined;
  return parsed.success && scope !== undefined ? { ...parsed.data, scope } : undefined;
};

/** Begun consent in the config table. The state itself is not kept: only its hash. */
export const createConsentStore = (table: Table): ConsentStore => ({
  async put(stateHash, consent) {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...oauthConsentKey(stateHash), v: 1, ...consent },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
  },
  async take(stateHash) {
    const taken = await ifConditionHolds(() =>
      table.client.send(
        new DeleteCommand({
          TableName: table.name,
          Key: oauthConsentKey(stateHash),
          ConditionExpression: "attribute_exists(pk)",
          ReturnValues: "ALL_OLD",
        }),
      ),
    );
    return readConsent(taken?.Attributes);
  },
  async sweep(now) {
    for (const item of await queryAll(table, OAUTH_CONSENTS)) {
      if (String(item.expiresAt) > now.toISOString()) continue;
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: oauthConsentKey(String(item.sk)) }));
    }
  },
});
