import { OWN_NOTICES, type PipelineEvent } from "../domain/event.ts";
import type { Severity } from "../domain/severity.ts";
import { type Action, actionOf } from "./action.ts";
import { detailsOf, type Fact, factsOf } from "./facts.ts";
import { namesOf } from "./names.ts";
import { manyLines, oneLine } from "./printable.ts";
import { headlineOf, subjectOf, wordingOf } from "./wording.ts";

/** What a mail says, before it is HTML or text. Every string is printable, none is escaped. */
export interface Content {
  readonly severity: Severity;
  readonly subject: string;
  /** What an inbox shows beside the subject: the first words of the message, or the headline. */
  readonly preheader: string;
  readonly status: string;
  readonly headline: string;
  /** The event's own message, of one or many lines; empty when it has none. */
  readonly message: string;
  readonly action: Action | undefined;
  readonly facts: readonly Fact[];
  /** The publisher's own facts. */
  readonly details: readonly Fact[];
  /** Why the reader gets this mail, and how to ask about it. */
  readonly footer: readonly string[];
}

/** Longest subject: what inboxes show of it is shorter still. */
const MAX_SUBJECT_CHARS = 120;
const MAX_SUBJECT_NAME_CHARS = 50;
const MAX_HEADLINE_NAME_CHARS = 80;
const MAX_MESSAGE_CHARS = 4_000;
const MAX_PREHEADER_CHARS = 140;
const MAX_FOOTER_CHARS = 200;

/** What the built-in mail says about an event. */
export const contentOf = (event: PipelineEvent): Content => {
  const wording = wordingOf(oneLine(event.type, MAX_SUBJECT_NAME_CHARS));
  const headline = headlineOf(wording, namesOf(event, MAX_HEADLINE_NAME_CHARS), event);
  const message = manyLines(event.message ?? "", MAX_MESSAGE_CHARS);
  return {
    severity: event.severity,
    subject: oneLine(subjectOf(wording, namesOf(event, MAX_SUBJECT_NAME_CHARS), event), MAX_SUBJECT_CHARS),
    preheader: oneLine(message, MAX_PREHEADER_CHARS) || headline,
    status: wording.status,
    headline,
    message,
    action: actionOf(wording, event),
    facts: factsOf(event),
    details: detailsOf(event),
    footer: [whyYou(event), oneLine(`Sent by Tidings · ${event.type} · event ${event.id}`, MAX_FOOTER_CHARS)],
  };
};

const NOTICES: readonly string[] = Object.values(OWN_NOTICES);

const whyYou = ({ type, scope }: PipelineEvent): string =>
  NOTICES.includes(type)
    ? `You receive this because the mail settings of ${scope} name this address.`
    : `You receive this because a notification rule for ${scope} includes you.`;
