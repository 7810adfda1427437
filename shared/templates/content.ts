import { OWN_NOTICES, type PipelineEvent } from "../domain/event.ts";
import type { Severity } from "../domain/severity.ts";
import { type Action, actionOf } from "./action.ts";
import { detailsOf, type Fact, factsOf } from "./facts.ts";
import { type Look, OWN_LOOK } from "./look.ts";
import { namesOf } from "./names.ts";
import { manyLines, oneLine } from "./printable.ts";
import { headlineOf, subjectOf, wordingOf } from "./wording.ts";

/** One thing of several that a mail is about. */
export interface Entry {
  readonly severity: Severity;
  readonly title: string;
  readonly link: string | undefined;
  /** What else there is to say of it, in one line. */
  readonly note: string;
}

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
  /** What is to be typed in somewhere. */
  readonly code?: string | undefined;
  readonly action: Action | undefined;
  readonly facts: readonly Fact[];
  /** The publisher's own facts. */
  readonly details: readonly Fact[];
  readonly entries?: readonly Entry[] | undefined;
  /** A last line below everything else, such as what a list leaves out. */
  readonly closing?: string | undefined;
  /** Why the reader gets this mail, and how to ask about it. */
  readonly footer: readonly string[];
  /** By which the reader unsubscribes, below the footer. */
  readonly unsubscribeUrl?: string | undefined;
}

/** Longest subject: what inboxes show of it is shorter still. */
const MAX_SUBJECT_CHARS = 120;
const MAX_SUBJECT_NAME_CHARS = 50;
const MAX_HEADLINE_NAME_CHARS = 80;
const MAX_MESSAGE_CHARS = 4_000;
const MAX_PREHEADER_CHARS = 140;
const MAX_FOOTER_CHARS = 200;

/** What the built-in mail says about an event. */
export const contentOf = (event: PipelineEvent, look: Look = OWN_LOOK): Content => {
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
    facts: factsOf(event, look.instantWords),
    details: detailsOf(event.data ?? {}),
    footer: footerOf(look, whyYou(event), `${event.type} · event ${event.id}`),
  };
};

/**
 * The lines below a mail.
 * @param why the reason why the reader gets it, printable.
 * @param what what it is about, for those who ask; foreign text.
 */
export const footerOf = ({ name, footer }: Look, why: string, what: string): string[] => [
  why,
  ...(footer === "" ? [] : [footer]),
  oneLine(`Sent by ${name} · ${what}`, MAX_FOOTER_CHARS),
];

const NOTICES: readonly string[] = Object.values(OWN_NOTICES);

const whyYou = ({ type, scope }: PipelineEvent): string =>
  NOTICES.includes(type)
    ? `You receive this because the mail settings of ${scope} name this address.`
    : `You receive this because a notification rule for ${scope} includes you.`;
