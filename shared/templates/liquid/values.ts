import { toValue } from "liquidjs";

/** A value of a template as text. Objects, which Liquid has no text for, show as JSON. */
export const textOf = (given: unknown): string => {
  const value: unknown = toValue(given);
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(textOf).join("");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

/** A value of a template as a number; 0 when it is none, as in Liquid. */
export const numberOf = (given: unknown): number => {
  const value: unknown = toValue(given);
  const number = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : 0;
};

/** A value of a template as a list: a list itself, nothing, or one element. */
export const listOf = (given: unknown): readonly unknown[] => {
  const value: unknown = toValue(given);
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [value];
};

/** How much there is to read of a value, without reading it. */
export const sizeOf = (value: unknown): number =>
  typeof value === "string" || Array.isArray(value) ? value.length : 1;
