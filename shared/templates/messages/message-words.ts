import type { Action } from "../action.ts";
import type { Content } from "../content.ts";
import type { Look } from "../look.ts";
import { manyLines, oneLine } from "../printable.ts";
import { webLink } from "../web-link.ts";

/** What a direct message says, apart from the lines that all of them share. */
export type MessageWords = Pick<
  Content,
  "subject" | "status" | "headline" | "message" | "code" | "action" | "facts" | "closing"
>;

/** What a message is made from: foreign, and not always what it should be. */
export type MessageData = Readonly<Record<string, unknown>>;

/** Words one kind of message. It never throws, whatever the data holds. */
export type WordMessage = (data: MessageData, look: Look) => MessageWords;

const MAX_TEXT_CHARS = 4_000;

/** Longest link of a button, as it stands in HTML: it is what the mail is for, and the only one. */
const MAX_LINK_CHARS = 16_384;

/** A field as one printable line; empty when it holds no text or number. */
export const lineOf = (data: MessageData, field: string, maxChars = 100): string => {
  const value = data[field];
  return typeof value === "string" || typeof value === "number" ? oneLine(String(value), maxChars) : "";
};

/** A field as printable lines; empty when it holds no text. */
export const linesOf = (data: MessageData, field: string): string => {
  const value = data[field];
  return typeof value === "string" ? manyLines(value, MAX_TEXT_CHARS) : "";
};

/** The button that opens the page of the field `url`; undefined when there is none that may be linked. */
export const buttonOf = ({ url }: MessageData, label: string): Action | undefined => {
  const link = typeof url === "string" ? webLink(url, MAX_LINK_CHARS) : undefined;
  return link === undefined ? undefined : { label, link };
};

/** Until when the message holds, from the field `expiresAt`. */
export const expiryOf = ({ expiresAt }: MessageData, { instantWords }: Look): MessageWords["facts"] => {
  const value = typeof expiresAt === "string" ? instantWords(expiresAt) : undefined;
  return value === undefined ? [] : [{ label: "Valid until", value }];
};
