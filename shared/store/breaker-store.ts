import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type Breaker, CLOSED } from "../domain/breaker.ts";
import type { Transport } from "../domain/transport.ts";
import type { Breakers } from "../flow/waiting-ports.ts";
import { breakerKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   what is known of a transport   get  BREAKER#<scope>#<transport> / BREAKER   unless it was read a moment ago
 *   change what is known           put  the same item                           if nobody wrote since it was read
 */

/** Writers of one breaker at the same time of which each gets its turn: with every round one of them is done. */
const MAX_ROUNDS = 40;

/** Breakers kept in memory in one process; the one unused for longest goes first. */
const MAX_KEPT = 500;

/** An incident is forgotten this long after the last word about it. */
const KEPT_SECONDS = 30 * 86_400;

/** What was read or written: `revision` 0 stands for no item. */
interface Known {
  readonly breaker: Breaker;
  readonly revision: number;
  readonly atMs: number;
}

/** Breakers in the deliveries table, with what this process knows of them in memory. A closed one needs no item. */
export const createBreakers = ({ client, name: TableName }: Table, now: () => Date): Breakers => {
  const known = new Map<string, Known>();

  const keep = (transport: Transport, one: Known): Known => {
    const { pk } = breakerKey(transport);
    known.delete(pk);
    known.set(pk, one);
    for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - MAX_KEPT))) known.delete(oldest);
    return one;
  };

  const fetch = async (transport: Transport): Promise<Known> => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: breakerKey(transport), ConsistentRead: true }));
    const breaker = Item === undefined ? CLOSED : (Item.breaker as Breaker);
    return keep(transport, { breaker, revision: Number(Item?.revision ?? 0), atMs: now().getTime() });
  };

  const write = (transport: Transport, breaker: Breaker, revision: number) =>
    ifConditionHolds(() =>
      client.send(
        new PutCommand({
          TableName,
          Item: {
            ...breakerKey(transport),
            type: "breaker",
            v: 1,
            revision: revision + 1,
            breaker,
            expiresAt: Math.floor(now().getTime() / 1000) + KEPT_SECONDS,
          },
          ConditionExpression: revision === 0 ? "attribute_not_exists(pk)" : "revision = :read",
          ...(revision === 0 ? {} : { ExpressionAttributeValues: { ":read": revision } }),
        }),
      ),
    );

  return {
    async read(transport, maxAgeMs) {
      const one = known.get(breakerKey(transport).pk);
      const isFresh = one !== undefined && now().getTime() - one.atMs <= maxAgeMs;
      return (isFresh ? one : await fetch(transport)).breaker;
    },

    async change(transport, change) {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const remembered = round === 0 ? known.get(breakerKey(transport).pk) : undefined;
        const { breaker, revision } = remembered ?? (await fetch(transport));
        const changed = change(breaker);
        if (changed === breaker) return { changed: false, breaker };
        if ((await write(transport, changed, revision)) !== undefined) {
          keep(transport, { breaker: changed, revision: revision + 1, atMs: now().getTime() });
          return { changed: true, breaker: changed };
        }
      }
      throw new Error("cannot note how a send ended: too many others write about the same server");
    },
  };
};
