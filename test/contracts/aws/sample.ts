import { readFileSync } from "node:fs";
import { type AwsEvent, type AwsNews, parseAwsEvent } from "../../../shared/contracts/aws/aws-event.ts";
import { normaliseAwsEvent } from "../../../shared/contracts/aws/normalise.ts";
import { type ParsedEvent, parsePipelineEvent } from "../../../shared/contracts/pipeline-event.ts";

/** The text of a sample in `test/fixtures/events/aws`, as it lies in the events queue. */
export const sampleText = (name: string): string =>
  readFileSync(new URL(`../../fixtures/events/aws/${name}.json`, import.meta.url), "utf8");

/** A sample, with other details. */
export const sample = (name: string, different: Readonly<Record<string, unknown>> = {}): AwsEvent => {
  const event = parseAwsEvent(sampleText(name));
  if (event === undefined) throw new Error(`no event: ${name}`);
  return { ...event, detail: { ...event.detail, ...different } };
};

/** What a sample says, with other details. @throws Error when it says nothing. */
export const newsOf = (name: string, different: Readonly<Record<string, unknown>> = {}): AwsNews => {
  const normalised = normaliseAwsEvent(sample(name, different));
  if (!("news" in normalised)) throw new Error(normalised.problem);
  return normalised.news;
};

/** News as the intake reads them when a scope publishes them. */
export const publishedAs = (news: AwsNews): ParsedEvent =>
  parsePipelineEvent({
    id: "b1",
    source: "acme",
    detailType: "Pipeline Event",
    time: "2026-11-20T12:00:00Z",
    detail: { ...news, id: "id", scope: "acme" },
  });
