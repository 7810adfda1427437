import type { PipelineEvent } from "./event.ts";

/** What a filter sees of an event: its detail as published, with the id and the severity it has now. */
export type EventDetail = Omit<PipelineEvent, "time">;

/** The detail of an event. The bus's time is no part of it. */
export const detailOf = ({ time: _, ...detail }: PipelineEvent): EventDetail => detail;
