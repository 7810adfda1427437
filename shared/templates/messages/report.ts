import type { Fact } from "../facts.ts";
import { webLink } from "../web-link.ts";
import { buttonOf, lineOf, linesOf, type MessageData, type WordMessage } from "./message-words.ts";

const MAX_LABEL_CHARS = 60;
const MAX_VALUE_CHARS = 200;
/** Longest link of a row, as it stands in HTML: all of them together stay below what Gmail clips. */
const MAX_LINK_CHARS = 600;

/** What happened in a while, in words, in figures or both. */
export const wordReport: WordMessage = (data) => {
  const title = lineOf(data, "title") || "Report";
  const period = lineOf(data, "period");
  return {
    subject: period === "" ? title : `${title}: ${period}`,
    status: "Report",
    headline: period === "" ? title : `${title}, ${period}`,
    message: linesOf(data, "summary"),
    action: buttonOf(data, "View report"),
    facts: Array.isArray(data.rows) ? data.rows.flatMap(toFact) : [],
  };
};

const toFact = (row: unknown): Fact[] => {
  if (typeof row !== "object" || row === null) return [];
  const data = row as MessageData;
  const [label, value] = [lineOf(data, "label", MAX_LABEL_CHARS), lineOf(data, "value", MAX_VALUE_CHARS)];
  if (label === "" || value === "") return [];
  return [{ label, value, link: typeof data.url === "string" ? webLink(data.url, MAX_LINK_CHARS) : undefined }];
};
