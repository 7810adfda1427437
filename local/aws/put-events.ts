import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { busNameOf } from "../template/rules.ts";
import { AwsError, type Input } from "./json-protocol.ts";

/** An event as rules see it and targets receive it. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** ISO-8601 UTC, whole seconds, as EventBridge writes it. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An entry of a `PutEvents` request after its check. */
export type CheckedEntry =
  | { readonly ok: true; readonly bus: string; readonly event: BusEvent }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Bytes of all entries of one request together. Source: AWS what's new, 29 January 2026, payloads of up to 1 MB. */
export const MAX_ENTRIES_BYTES = 1024 * 1024;

const MAX_ENTRIES = 10;

const entrySchema = z.object({
  Source: z.optional(z.string()),
  DetailType: z.optional(z.string()),
  Detail: z.optional(z.string()),
  EventBusName: z.optional(z.string()),
  Resources: z.optional(z.array(z.string())),
  /** Epoch seconds, or a date as text, which the AWS CLI sends. */
  Time: z.optional(z.union([z.number(), z.string()])),
});
type Entry = z.infer<typeof entrySchema>;

/**
 * Checks a `PutEvents` request as EventBridge does: whole requests fail for their form and size, single entries for
 * what is in them. One thing is different: on the default bus anybody may speak for the AWS services, since there are
 * none on this machine.
 * @throws AwsError when the whole request is refused.
 */
export const checkEntries = (
  input: Input,
  place: { readonly accountId: string; readonly region: string; readonly now: Date },
): readonly CheckedEntry[] => {
  const parsed = z.safeParse(z.array(entrySchema), input.Entries);
  if (!parsed.success) {
    if (input.Entries === undefined)
      throw invalid("Value null at 'entries' failed to satisfy constraint: Member must not be null");
    throw new AwsError(
      "SerializationException",
      `Entries.${parsed.error.issues[0]?.path.join(".")} is of the wrong type.`,
    );
  }
  const entries = parsed.data;
  if (entries.length === 0) throw lengthError("greater than or equal to 1");
  if (entries.length > MAX_ENTRIES) throw lengthError(`less than or equal to ${MAX_ENTRIES}`);
  if (entries.reduce((total, entry) => total + bytesOf(entry), 0) > MAX_ENTRIES_BYTES) {
    throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");
  }
  return entries.map((entry) => checkEntry(entry, place));
};

const invalid = (what: string): AwsError => new AwsError("ValidationException", `1 validation error detected: ${what}`);

const lengthError = (constraint: string): AwsError =>
  invalid(`Value at 'entries' failed to satisfy constraint: Member must have length ${constraint}`);

const checkEntry = (
  entry: Entry,
  { accountId, region, now }: { readonly accountId: string; readonly region: string; readonly now: Date },
): CheckedEntry => {
  const { Source, DetailType, Detail, EventBusName = "default", Resources = [], Time } = entry;
  if (!Source) return missing("Source");
  if (!DetailType) return missing("DetailType");
  if (Detail === undefined) return missing("Detail");
  if (Source.startsWith("aws.") && busNameOf(EventBusName) !== "default") {
    return refused("NotAuthorizedForSource", "Not authorized for the source.");
  }
  const detail = parseDetail(Detail);
  if (detail === undefined) return refused("MalformedDetail", "Detail is malformed.");
  const time = Time === undefined ? now : new Date(typeof Time === "number" ? Time * 1000 : Time);
  if (Number.isNaN(time.getTime())) return refused("InvalidArgument", "Parameter Time is not valid.");

  const event: BusEvent = {
    version: "0",
    id: randomUUID(),
    "detail-type": DetailType,
    source: Source,
    account: accountId,
    time: time.toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: Resources,
    detail,
  };
  return { ok: true, bus: EventBusName, event };
};

const parseDetail = (detail: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(detail);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

const refused = (code: string, message: string): CheckedEntry => ({ ok: false, code, message });

const missing = (parameter: string): CheckedEntry =>
  refused("InvalidArgument", `Parameter ${parameter} is not valid. Reason: ${parameter} is a required argument.`);

/** Source: EventBridge user guide, "Calculating PutEvents event entry size". */
const bytesOf = ({ Source = "", DetailType = "", Detail = "", Resources = [], Time }: Entry): number =>
  [Source, DetailType, Detail, ...Resources].reduce((total, text) => total + Buffer.byteLength(text), 0) +
  (Time === undefined ? 0 : 14);
