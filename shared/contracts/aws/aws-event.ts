import * as z from "zod/mini";
import type { PipelineEvent } from "../../domain/event.ts";
import type { Severity } from "../../domain/severity.ts";
import { parseJson } from "../json.ts";

/** An event of AWS's own, as far as all of them are alike. */
export interface AwsEvent {
  readonly detailType: string;
  /** ISO-8601, to the second. */
  readonly time: string;
  readonly account: string;
  readonly region: string;
  /** ARNs. */
  readonly resources: readonly string[];
  readonly detail: AwsDetail;
  /** All of it, as it came: what patterns are matched against. */
  readonly whole: unknown;
}

/** The `detail` of an AWS event. Services add fields at will, so every one is looked at before it is used. */
export type AwsDetail = Readonly<Record<string, unknown>>;

/** What an AWS event says, in the words of a pipeline event; whose it is stands elsewhere. */
export type AwsNews = Omit<PipelineEvent, "id" | "scope" | "time" | "severity"> & {
  /** Where it is not the type's own. */
  readonly severity?: Severity | undefined;
};

/** What an AWS event says, or the sentence that tells why it says nothing here. */
export type Normalised = { readonly news: AwsNews } | { readonly problem: string };

const schema = z.object({
  "detail-type": z.string(),
  time: z.string(),
  account: z.catch(z.string(), ""),
  region: z.catch(z.string(), ""),
  resources: z.catch(z.array(z.string()), []),
  detail: z.catch(z.record(z.string(), z.unknown()), {}),
});

/** Reads a message of the events queue. Undefined: it is not an EventBridge event at all. */
export const parseAwsEvent = (body: string): AwsEvent | undefined => {
  const whole = parseJson(body);
  const parsed = schema.safeParse(whole);
  if (!parsed.success) return undefined;
  const { "detail-type": detailType, ...rest } = parsed.data;
  return { ...rest, detailType, whole };
};

/** Longest text that is taken over from an AWS event, in characters: a message may be a whole stack trace. */
const MAX_TEXT = 2000;

/** Longest name or id, in characters: far more than any of these services allows. */
const MAX_NAME = 256;

/** A text somewhere in a detail, shortened to what people read; undefined when there is none. */
export const textAt = (detail: unknown, ...path: readonly string[]): string | undefined => {
  const value = valueAt(detail, ...path);
  return typeof value === "string" && value.trim() !== "" ? shorten(value, MAX_TEXT) : undefined;
};

/** A name or id somewhere in a detail; undefined when there is none. */
export const nameAt = (detail: unknown, ...path: readonly string[]): string | undefined => {
  const text = textAt(detail, ...path);
  return text === undefined ? undefined : shorten(text, MAX_NAME);
};

/** Whatever is somewhere in a detail. */
export const valueAt = (detail: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined,
    detail,
  );

/** The objects of a list somewhere in a detail; none when there is no list. */
export const objectsAt = (detail: unknown, ...path: readonly string[]): readonly object[] => {
  const value = valueAt(detail, ...path);
  return Array.isArray(value) ? value.filter((item) => typeof item === "object" && item !== null) : [];
};

/** A time as `new Date` takes it, as ISO-8601; undefined when it is none. */
export const instantOf = (time: unknown): string | undefined => {
  const date = new Date(typeof time === "number" || typeof time === "string" ? time : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
};

/** What rules and templates may want to know of any AWS event. The detail itself may hold secrets of a build. */
export const dataOf = ({ account, region, resources, detailType }: AwsEvent, state: string) => ({
  account,
  region,
  resources: resources.slice(0, 10),
  detailType,
  state,
});

/** Says that the state of something has no counterpart among event types. */
export const noCounterpart = (what: string, state: string): Normalised => ({
  problem: `${what} in the state "${shorten(state, MAX_NAME)}" is nothing that people are told about.`,
});

/** Says that a field without which the event means nothing is not there. */
export const missing = (field: string): Normalised => ({ problem: `The event has no ${field}.` });

const shorten = (text: string, most: number): string => text.slice(0, most).toWellFormed();
