import { detailsOf } from "../facts.ts";
import { oneLine } from "../printable.ts";
import { buttonOf, type WordMessage } from "./message-words.ts";

const MAX_NAME_CHARS = 63;

/** What is said in place of a tenant's own template that failed: its name and its data, so that nothing is lost. */
export const wordNotice =
  (template: string): WordMessage =>
  (data) => {
    const name = oneLine(template, MAX_NAME_CHARS).replaceAll("-", " ");
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return {
      subject: title,
      status: "Message",
      headline: title,
      message: "",
      action: buttonOf(data, "Open"),
      facts: detailsOf(data),
    };
  };
