import { DeleteCommand, GetCommand, PutCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { OAuthState } from "../domain/oauth-state.ts";
import { parseScope, type Scope } from "../domain/scope.ts";
import type { OAuthRecord, OAuthStates } from "../oauth/ports.ts";
import { OAUTH_SCOPES, oauthAlertKey, oauthScopeKey, oauthStateKey } from "./keys.ts";
import { queryAll } from "./query-all.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * One item for each mailbox: `{ pk, sk, v, state?, tokenVersionId?, leaseId?, leaseUntil? }`. The token version stands
 * beside the state so that conditions can name it.
 *
 * Access patterns
 *   read state and lease    get     TENANT#<tenant> / OAUTH#<scope>     consistent: losers of the lease wait for a change
 *   take the lease          update  the same item   if it is free, and the state is still the one that was read
 *   give the lease back     update  the same item   if it is still held
 *   note warnings           update  the same item   if the state is still the one that was warned of
 *   connect, disconnect     put, delete the same item
 *   tell that it stopped    put     OAUTHALERTS / <scope>   if there is none of the last day; deleted if that failed
 *   mailboxes of all        query   OAUTHSCOPES, an entry is put before the state and deleted after it
 */

const schema = z.object({
  v: z.literal(1),
  state: z.optional(
    z.object({
      status: z.enum(["connected", "reconnect-needed"]),
      binding: z.string(),
      tokenVersionId: z.string(),
      connectedAt: z.string(),
      expiresAt: z.nullable(z.string()),
      warnedDays: z.array(z.number()),
    }),
  ),
  leaseUntil: z.optional(z.string()),
});

/** Layout of the items this version writes, and the only one it reads. */
const LAYOUT = 1;

const DAY_MS = 86_400_000;

const readRecord = async (table: Table, scope: Scope): Promise<OAuthRecord> => {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: oauthStateKey(scope), ConsistentRead: true }),
  );
  const parsed = schema.safeParse(Item);
  return parsed.success
    ? { state: parsed.data.state, leaseUntil: parsed.data.leaseUntil ?? null }
    : { state: undefined, leaseUntil: null };
};

/** Reads where mailboxes stand, for those who only show it. */
export const createOAuthStateReader = (
  table: Table,
): { readonly get: (scope: Scope) => Promise<OAuthState | undefined> } => ({
  get: async (scope) => (await readRecord(table, scope)).state,
});

/** The states of mailboxes in the config table. */
export const createOAuthStore = (table: Table): OAuthStates => ({
  read: (scope) => readRecord(table, scope),
  async take(scope, lease, seen, now) {
    if (seen === undefined) await enlist(table, scope);
    const same = seen === undefined ? NO_STATE : sameAs(seen);
    return update(table, scope, {
      UpdateExpression: "SET #v = :v, leaseId = :id, leaseUntil = :until",
      ConditionExpression: `(attribute_not_exists(leaseUntil) OR leaseUntil <= :now) AND ${same.condition}`,
      ExpressionAttributeNames: { "#v": "v", ...same.names },
      ExpressionAttributeValues: {
        ":v": LAYOUT,
        ":id": lease.id,
        ":until": lease.until,
        ":now": now.toISOString(),
        ...same.values,
      },
    });
  },
  giveBack: (scope, lease, state) =>
    update(table, scope, {
      UpdateExpression: `${state === undefined ? "" : "SET #state = :state, tokenVersionId = :version "}REMOVE leaseId, leaseUntil`,
      ConditionExpression: "leaseId = :id",
      ...(state === undefined ? {} : { ExpressionAttributeNames: { "#state": "state" } }),
      ExpressionAttributeValues: {
        ":id": lease.id,
        ...(state === undefined ? {} : { ":state": state, ":version": state.tokenVersionId }),
      },
    }),
  async connect(scope, state) {
    await enlist(table, scope);
    const Item = { ...oauthStateKey(scope), v: LAYOUT, state, tokenVersionId: state.tokenVersionId };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  },
  async noteWarned(scope, state, warnedDays) {
    const same = sameAs(state);
    await update(table, scope, {
      UpdateExpression: "SET #state.warnedDays = :days",
      ConditionExpression: same.condition,
      ExpressionAttributeNames: same.names,
      ExpressionAttributeValues: { ":days": warnedDays, ...same.values },
    });
  },
  async forget(scope, only) {
    const forgotten = await ifConditionHolds(() =>
      table.client.send(
        new DeleteCommand({
          TableName: table.name,
          Key: oauthStateKey(scope),
          ...(only === undefined
            ? {}
            : {
                ConditionExpression: "tokenVersionId = :version",
                ExpressionAttributeValues: { ":version": only.tokenVersionId },
              }),
        }),
      ),
    );
    if (forgotten === undefined) return false;
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: oauthScopeKey(scope) }));
    return true;
  },
  async takeAlert(scope, now) {
    const taken = await ifConditionHolds(() =>
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...oauthAlertKey(scope), v: LAYOUT, at: now.toISOString() },
          ConditionExpression: "attribute_not_exists(pk) OR #at <= :dayAgo",
          ExpressionAttributeNames: { "#at": "at" },
          ExpressionAttributeValues: { ":dayAgo": new Date(now.getTime() - DAY_MS).toISOString() },
        }),
      ),
    );
    return taken !== undefined;
  },
  async giveBackAlert(scope) {
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: oauthAlertKey(scope) }));
  },
  async scopes() {
    const entries = await queryAll(table, OAUTH_SCOPES);
    return entries.flatMap(({ sk }) => parseScope(String(sk)) ?? []);
  },
});

const enlist = (table: Table, scope: Scope) =>
  table.client.send(new PutCommand({ TableName: table.name, Item: oauthScopeKey(scope) }));

const NO_STATE = { condition: "attribute_not_exists(tokenVersionId)", names: {}, values: {} };

/** Holds while the state is the one that was read, whichever warnings went out since. */
const sameAs = ({ tokenVersionId, status, expiresAt }: OAuthState) => ({
  condition: "tokenVersionId = :seen AND #state.#status = :status AND #state.expiresAt = :end",
  names: { "#state": "state", "#status": "status" },
  values: { ":seen": tokenVersionId, ":status": status, ":end": expiresAt },
});

/** Updates the item of a mailbox. False: the condition did not hold. */
const update = async (
  table: Table,
  scope: Scope,
  input: Omit<UpdateCommandInput, "TableName" | "Key">,
): Promise<boolean> => {
  const done = await ifConditionHolds(() =>
    table.client.send(new UpdateCommand({ TableName: table.name, Key: oauthStateKey(scope), ...input })),
  );
  return done !== undefined;
};
