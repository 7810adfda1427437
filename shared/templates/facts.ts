import type { PipelineEvent } from "../domain/event.ts";
import { abbreviate, namesOf } from "./names.ts";
import { oneLine } from "./printable.ts";
import { durationWords, type InstantWords } from "./time-words.ts";
import { webLink } from "./web-link.ts";

/** One line of what is known about an event. The label and the value are printable; `link` is a checked web address. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly link?: string | undefined;
}

const MAX_VALUE_CHARS = 200;
const MAX_LABEL_CHARS = 60;

/** Most entries of an event's `data` that a mail shows. */
const MAX_DETAILS = 10;

const personOf = ({ triggeredBy }: PipelineEvent): string | undefined => {
  const name = oneLine(triggeredBy?.name ?? "", MAX_VALUE_CHARS);
  const email = oneLine(triggeredBy?.email ?? "", MAX_VALUE_CHARS);
  return name !== "" && email !== "" ? `${name} (${email})` : name || email || undefined;
};

/** The facts about an event, in the order people ask for them; what it does not say is left out. */
export const factsOf = (event: PipelineEvent, instantWords: InstantWords): Fact[] => {
  const { pipeline, run, stage, step } = namesOf(event, MAX_VALUE_CHARS);
  const [started, ended] = [instantWords(event.startedAt), instantWords(event.endedAt)];
  const candidates = [
    { label: "Pipeline", value: pipeline, link: webLink(event.pipeline?.url) },
    { label: "Run", value: run?.replace(/^run /, ""), link: webLink(event.run?.url) },
    { label: "Stage", value: stage, link: webLink(event.stage?.url) },
    { label: "Step", value: step, link: webLink(event.step?.url) },
    { label: "Branch", value: oneLine(event.branch ?? "", MAX_VALUE_CHARS) },
    { label: "Commit", value: abbreviate(oneLine(event.commit ?? "", MAX_VALUE_CHARS)) },
    { label: "Triggered by", value: personOf(event) },
    { label: "Started", value: started },
    { label: "Ended", value: ended },
    { label: "Duration", value: durationWords(event.startedAt, event.endedAt) },
    { label: "Time", value: started === undefined && ended === undefined ? instantWords(event.time) : undefined },
  ];
  return candidates.flatMap(({ value, ...fact }) => (value === undefined || value === "" ? [] : [{ ...fact, value }]));
};

const detailOf = ([key, value]: readonly [string, unknown]): Fact[] => {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return [];
  const [label, shown] = [oneLine(key, MAX_LABEL_CHARS), oneLine(String(value), MAX_VALUE_CHARS)];
  if (label === "" || shown === "") return [];
  return [{ label, value: shown, link: typeof value === "string" ? webLink(value) : undefined }];
};

/** The publisher's own texts, numbers and yes-or-no values; what is nested is for machines. */
export const detailsOf = (data: Readonly<Record<string, unknown>>): Fact[] =>
  Object.entries(data).flatMap(detailOf).slice(0, MAX_DETAILS);
