import { createHash } from "node:crypto";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { isStageEvent, type PipelineEvent } from "../domain/event.ts";
import { type OutcomeEntry, outcomeIn, placeOutcome } from "../domain/outcome-history.ts";
import type { Tenant } from "../domain/scope.ts";
import type { OutcomeStore } from "../flow/ports.ts";
import { outcomesKey } from "./keys.ts";
import { ifConditionHolds, type Key, type Table } from "./table.ts";

/*
 * Access patterns
 *   how a pipeline's latest runs ended   get  OUTCOMES#<tenant>#<hash> / OUTCOMES
 *   note how one more ended              put  the same item                        if nobody wrote since it was read
 */

/** Writers of one pipeline at the same time of which each gets its turn: with every round one of them is done. */
const MAX_ROUNDS = 40;

/** Outcomes in the deliveries table, kept for `retentionDays` after the latest of a pipeline. */
export const createOutcomeStore = (table: Table, retentionDays: number): OutcomeStore => {
  const { client, name: TableName } = table;

  const read = async (key: Key): Promise<Stored> => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
    return Item === undefined ? NOTHING : { revision: Number(Item.revision), history: Item.history as OutcomeEntry[] };
  };

  const write = async (key: Key, { revision, history }: Stored, receivedAt: string): Promise<boolean> => {
    const expiresAt = Math.floor(Date.parse(receivedAt) / 1000) + Math.ceil(retentionDays * 86_400);
    const written = await ifConditionHolds(() =>
      client.send(
        new PutCommand({
          TableName,
          Item: { ...key, type: "outcomes", v: 1, revision: revision + 1, history, expiresAt },
          ConditionExpression: "attribute_not_exists(pk) OR revision = :read",
          ExpressionAttributeValues: { ":read": revision },
        }),
      ),
    );
    return written !== undefined;
  };

  return {
    async note(tenant, event, receivedAt) {
      const arrived = outcomeIn(event, receivedAt);
      if (arrived === undefined) return undefined;
      const key = keyOf(tenant, event);
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const { revision, history: known } = await read(key);
        const { before, history } = placeOutcome(known, arrived);
        if (history === known || (await write(key, { revision, history }, receivedAt))) return before;
      }
      throw new Error("cannot note an outcome: too many others write about the same pipeline");
    },

    async peek(tenant, event, receivedAt) {
      const arrived = outcomeIn(event, receivedAt);
      if (arrived === undefined) return undefined;
      return placeOutcome((await read(keyOf(tenant, event))).history, arrived).before;
    },
  };
};

interface Stored {
  /** Grows by one with each write; 0: there is no item. */
  readonly revision: number;
  readonly history: readonly OutcomeEntry[];
}

const NOTHING: Stored = { revision: 0, history: [] };

/** Runs of one pipeline on one branch; the ends of stages are apart, each stage by itself. */
const keyOf = (tenant: Tenant, event: PipelineEvent): Key => {
  const stage = isStageEvent(event) ? [event.stage?.id ?? null] : [];
  const parts = [event.scope, event.pipeline?.id, event.branch ?? null, ...stage];
  return outcomesKey(tenant, createHash("sha256").update(JSON.stringify(parts)).digest("base64url"));
};
