import type { EventRecord } from "../domain/event-record.ts";

/** Bytes of JSON a record may have: an item has at most 400 KB (DynamoDB developer guide, "Constraints"). */
export const MAX_RECORD_BYTES = 350_000;

/** How much a record tells: rules that matched, rules that did not, and ways by which each recipient came in. */
interface Detail {
  readonly matches: number;
  readonly misses: number;
  readonly ways: number;
}

/** Everything that is of use; then, for events of hundreds of rules and recipients, less and less of it. */
const DETAILS: readonly Detail[] = [
  { matches: Number.POSITIVE_INFINITY, misses: 200, ways: Number.POSITIVE_INFINITY },
  { matches: 200, misses: 20, ways: 5 },
  { matches: 50, misses: 0, ways: 1 },
  { matches: 50, misses: 0, ways: 0 },
];

/**
 * Puts the rules that matched first and shortens the record until it can be stored. Every recipient stays in it, and
 * its reason counts the rules that do not.
 */
export const fitRecord = (record: EventRecord): EventRecord => {
  const candidates = DETAILS.map((detail, level) =>
    shorten(record, detail, level > 0 ? " The record is shortened." : ""),
  );
  return candidates.find(fits) ?? record;
};

const fits = (record: EventRecord): boolean => Buffer.byteLength(JSON.stringify(record)) <= MAX_RECORD_BYTES;

const shorten = (record: EventRecord, { matches, misses, ways }: Detail, note: string): EventRecord => ({
  ...record,
  reason: `${record.reason}${note}`,
  rules: [
    ...record.rules.filter((rule) => rule.matched).slice(0, matches),
    ...record.rules.filter((rule) => !rule.matched).slice(0, misses),
  ],
  recipients: record.recipients.map((recipient) => ({ ...recipient, via: recipient.via.slice(0, ways) })),
});
