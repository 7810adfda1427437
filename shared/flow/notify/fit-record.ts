import type { EventRecord } from "../../domain/event-record.ts";

/** Bytes of JSON a record may have: an item has at most 400 KB (DynamoDB developer guide, "Constraints"). */
export const MAX_RECORD_BYTES = 350_000;

/** Most rules that did not match of which a record tells. */
export const MAX_MISSES = 200;

/** How much a record tells: rules that matched, rules that did not, and ways by which each recipient came in. */
interface Detail {
  readonly matches: number;
  readonly misses: number;
  readonly ways: number;
}

/** What a record has to fit into. */
export interface Room {
  readonly maxBytes: number;
  /** Everything that is of use; then, for events of hundreds of rules and recipients, less and less of it. */
  readonly details: readonly Detail[];
}

const ALL = Number.POSITIVE_INFINITY;

/** An item of the table. */
const ITEM: Room = {
  maxBytes: MAX_RECORD_BYTES,
  details: [
    { matches: ALL, misses: MAX_MISSES, ways: ALL },
    { matches: 200, misses: 20, ways: 5 },
    { matches: 50, misses: 0, ways: 1 },
    { matches: 50, misses: 0, ways: 0 },
  ],
};

/** Most of an answer of a function: 6 MB (Lambda developer guide, "Lambda quotas"), with room for the mail in it. */
export const ANSWER: Room = {
  maxBytes: 4_000_000,
  details: [
    { matches: ALL, misses: ALL, ways: ALL },
    { matches: ALL, misses: ALL, ways: 3 },
    { matches: 2_000, misses: 2_000, ways: 1 },
    { matches: 500, misses: 500, ways: 1 },
  ],
};

/**
 * Puts the rules that matched first and shortens the record until it can be stored. Every recipient stays in it, and
 * its reason counts the rules that do not.
 */
export const fitRecord = (record: EventRecord, { maxBytes, details }: Room = ITEM): EventRecord => {
  const candidates = details.map((detail, level) =>
    shorten(record, detail, level > 0 ? " The record is shortened." : ""),
  );
  return candidates.find((one) => Buffer.byteLength(JSON.stringify(one)) <= maxBytes) ?? record;
};

const shorten = (record: EventRecord, { matches, misses, ways }: Detail, note: string): EventRecord => ({
  ...record,
  reason: `${record.reason}${note}`,
  rules: [
    ...record.rules.filter((rule) => rule.matched).slice(0, matches),
    ...record.rules.filter((rule) => !rule.matched).slice(0, misses),
  ],
  recipients: record.recipients.map((recipient) => ({ ...recipient, via: recipient.via.slice(0, ways) })),
});
