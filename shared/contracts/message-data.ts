import * as z from "zod/mini";
import type { BuiltInMessage } from "../domain/message.ts";
import { line } from "./bodies/fields.ts";

const MAX_URL_CHARS = 2_048;
const MAX_TEXT_CHARS = 4_000;

/** Rows of a report that still make a mail. */
const MAX_ROWS = 50;

const isWebAddress = (text: string): boolean => {
  const url = URL.parse(text);
  return (url?.protocol === "https:" || url?.protocol === "http:") && url.username === "" && url.password === "";
};

const url = z
  .string()
  .check(
    z.maxLength(MAX_URL_CHARS),
    z.refine(isWebAddress, { error: "must be an http or https address without a user name" }),
  );

const instant = z.iso.datetime({
  offset: true,
  error: 'must be an instant with its zone, such as "2026-11-20T14:30:00Z"',
});

const text = z.string().check(z.minLength(1), z.maxLength(MAX_TEXT_CHARS));

const row = z.strictObject({
  label: line(60),
  value: z.union([line(200), z.number()]),
  url: z.optional(url),
});

/** What each built-in message is made from. */
export const MESSAGE_DATA = {
  /** Somebody is asked to join something. */
  invitation: z.strictObject({
    inviter: line(100),
    team: line(100),
    url,
    expiresAt: z.optional(instant),
    message: z.optional(text),
  }),
  /** Somebody proves that an address is theirs, by a link, a code or either. */
  confirmation: z
    .strictObject({ url: z.optional(url), code: z.optional(line(20)), expiresAt: z.optional(instant) })
    .check(
      z.refine(({ url, code }) => url !== undefined || code !== undefined, { error: "must have a url or a code" }),
    ),
  "password-reset": z.strictObject({ url, expiresAt: z.optional(instant) }),
  /** What happened in a while, in words, in figures or both. */
  report: z
    .strictObject({
      title: line(100),
      period: z.optional(line(100)),
      summary: z.optional(text),
      rows: z.optional(z.array(row).check(z.minLength(1), z.maxLength(MAX_ROWS))),
      url: z.optional(url),
    })
    .check(
      z.refine(({ summary, rows }) => summary !== undefined || rows !== undefined, {
        error: "must have a summary or rows",
      }),
    ),
} as const satisfies Record<BuiltInMessage, z.ZodMiniType>;
