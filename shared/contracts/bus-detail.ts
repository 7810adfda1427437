import type { InputIssue } from "../domain/app-error.ts";
import { MAX_DETAIL_BYTES } from "./bus.ts";

/** Levels a `detail` may be nested; far fewer than any walk over it can bear. */
const MAX_DETAIL_DEPTH = 100;

/** Form of an event id: it becomes part of keys, URLs and logs. */
export const EVENT_ID_FORM = /^[\x21-\x7e]{1,128}$/;

/** Says what {@link EVENT_ID_FORM} asks for. */
export const EVENT_ID_RULE = "must be 1 to 128 visible ASCII characters without spaces";

/** Why a `detail` cannot be looked into at all; undefined when it can. */
export const explainDetail = (detail: unknown): InputIssue | undefined => {
  if (isDeeperThan(MAX_DETAIL_DEPTH, detail)) {
    return { path: "", message: `must be nested at most ${MAX_DETAIL_DEPTH} levels deep` };
  }
  const bytes = Buffer.byteLength(JSON.stringify(detail) ?? "");
  if (bytes > MAX_DETAIL_BYTES) {
    return { path: "", message: `must be at most ${MAX_DETAIL_BYTES} bytes of JSON, but is ${bytes}` };
  }
  return undefined;
};

const isDeeperThan = (levels: number, value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member)));

/** Whether a value is an object with fields. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value without its null members, except inside `data`, which is the publisher's own. */
export const withoutNulls = (value: unknown): unknown =>
  isRecord(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, member]) => member !== null)
          .map(([key, member]) => [key, key === "data" ? member : withoutNulls(member)]),
      )
    : value;
