import type { PipelineEvent, Run, Subject } from "../domain/event.ts";
import { oneLine } from "./printable.ts";

/** What people call the things an event is about; undefined where the event does not say. */
export interface Names {
  readonly pipeline: string | undefined;
  /** `#512`, or `run 3f2a9c1e`. */
  readonly run: string | undefined;
  readonly stage: string | undefined;
  readonly step: string | undefined;
}

/** What people call a thing: its name, else its id; undefined when neither shows anything. */
export const nameOf = (subject: Subject | undefined, maxChars: number): string | undefined =>
  oneLine(subject?.name ?? "", maxChars) || oneLine(subject?.id ?? "", maxChars) || undefined;

/** The first eight digits of a hash or UUID, which tell it from its neighbours; any other text as it is. */
export const abbreviate = (id: string): string => id.replace(/^([0-9a-f]{8})[0-9a-f-]{4,}$/i, "$1");

const runName = (run: Run | undefined, maxChars: number): string | undefined => {
  if (run?.number !== undefined) return `#${run.number}`;
  const id = oneLine(run?.id ?? "", maxChars);
  if (/^\d+$/.test(id)) return `#${id}`;
  return id === "" ? undefined : `run ${abbreviate(id)}`;
};

/** The names of everything an event is about, none longer than `maxChars` and a few more for the word "run". */
export const namesOf = (event: PipelineEvent, maxChars: number): Names => ({
  pipeline: nameOf(event.pipeline, maxChars),
  run: runName(event.run, maxChars),
  stage: nameOf(event.stage, maxChars),
  step: nameOf(event.step, maxChars),
});
