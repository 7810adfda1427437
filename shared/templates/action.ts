import type { PipelineEvent } from "../domain/event.ts";
import { webLink } from "./web-link.ts";
import type { Topic, Wording } from "./wording.ts";

/** The one thing to do after reading: a button in HTML, a line with the address in text. */
export interface Action {
  readonly label: string;
  readonly link: string;
}

/** Pages to open for each topic, the closest to what happened first. */
const PAGES = {
  pipeline: ["run", "pipeline"],
  stage: ["stage", "run", "pipeline"],
  step: ["step", "stage", "run", "pipeline"],
} as const satisfies Record<Topic, readonly (keyof PipelineEvent)[]>;

/** The action of an event: the page closest to what happened, or undefined when the event links to none. */
export const actionOf = ({ topic, call }: Wording, event: PipelineEvent): Action | undefined => {
  for (const page of PAGES[topic]) {
    const link = webLink(event[page]?.url);
    if (link !== undefined) return { label: call ?? `View ${page}`, link };
  }
  return undefined;
};
