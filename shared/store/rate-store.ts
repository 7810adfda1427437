import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type RateLine, reserveSlots } from "../domain/rate.ts";
import type { SlotLine } from "../domain/rate-lines.ts";
import type { Rates } from "../flow/waiting-ports.ts";
import { rateKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   take slots of a rate   put  RATE#<scope>#<transport> / RATE   if nobody took any since we last knew
 *   see how far it goes    get  the same item                     when somebody did
 */

/** Senders of one line at the same time of which each gets its turn: with every round one of them is done. */
const MAX_ROUNDS = 100;

/** Rates kept in memory in one process; the one unused for longest goes first. */
const MAX_KEPT = 500;

/** An item is of no use once its time is past; kept a day for those who look. */
const KEPT_SECONDS = 86_400;

/** A mail that waits for its slot. */
interface Asking {
  readonly resolve: (slot: Date | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** A line of slots as this process knows it. */
interface Line {
  /** Undefined before the item was read, and when somebody else may have written it since. */
  known: RateLine | undefined;
  readonly asking: Asking[];
  isBusy: boolean;
}

/** Rates in the deliveries table. */
export const createRates = ({ client, name: TableName }: Table): Rates => {
  const lines = new Map<string, Line>();

  const lineOf = (slots: SlotLine): Line => {
    const { pk } = rateKey(slots);
    const line = lines.get(pk) ?? { known: undefined, asking: [], isBusy: false };
    lines.delete(pk);
    lines.set(pk, line);
    for (const oldest of [...lines.keys()].slice(0, Math.max(0, lines.size - MAX_KEPT))) lines.delete(oldest);
    return line;
  };

  const read = async (slots: SlotLine): Promise<RateLine | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: rateKey(slots), ConsistentRead: true }));
    if (Item === undefined) return undefined;
    // Items of the first layout do not tell their rate; it is taken for today's.
    return { freeAtMs: Number(Item.freeAtMs), perMinute: Number(Item.perMinute ?? slots.perMinute) };
  };

  const write = (slots: SlotLine, seen: RateLine | undefined, { freeAtMs, perMinute }: RateLine) =>
    ifConditionHolds(() =>
      client.send(
        new PutCommand({
          TableName,
          Item: {
            ...rateKey(slots),
            type: "rate",
            v: 2,
            freeAtMs,
            perMinute,
            expiresAt: Math.ceil(freeAtMs / 1000) + KEPT_SECONDS,
          },
          ...(seen === undefined
            ? { ConditionExpression: "attribute_not_exists(pk)" }
            : { ConditionExpression: "freeAtMs = :seen", ExpressionAttributeValues: { ":seen": seen.freeAtMs } }),
        }),
      ),
    );

  const takeSlots = async (slots: SlotLine, line: Line, count: number, nowMs: number) => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const seen = line.known ?? (await read(slots));
      const reservation = reserveSlots(seen, nowMs, count, slots);
      if (reservation.slotsMs.length === 0) {
        // Others may have taken the rate down, or up: what is remembered must not say no for ever.
        line.known = undefined;
        return [];
      }
      const isOurs = (await write(slots, seen, reservation.line)) !== undefined;
      line.known = isOurs ? reservation.line : undefined;
      if (isOurs) return reservation.slotsMs;
    }
    throw new Error("cannot take a slot of the rate: too many others take one at the same time");
  };

  /** Serves whoever asks, all at once, until nobody does. */
  const serve = async (slots: SlotLine, line: Line, nowMs: number): Promise<void> => {
    line.isBusy = true;
    while (line.asking.length > 0) {
      const served = line.asking.splice(0);
      try {
        const slotsMs = await takeSlots(slots, line, served.length, nowMs);
        for (const [index, { resolve }] of served.entries()) resolve(toDate(slotsMs[index]));
      } catch (error) {
        for (const { reject } of served) reject(error);
      }
    }
    line.isBusy = false;
  };

  return {
    reserve(slots, now) {
      const line = lineOf(slots);
      return new Promise((resolve, reject) => {
        line.asking.push({ resolve, reject });
        if (!line.isBusy) void serve(slots, line, now.getTime());
      });
    },
  };
};

const toDate = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));
