import type { Brand } from "../domain/brand.ts";
import type { DigestContent } from "../domain/digest-content.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { RenderedMail } from "../domain/rendered-mail.ts";
import { SEVERITIES, type Severity } from "../domain/severity.ts";
import { actionOf } from "./action.ts";
import { type Content, type Entry, footerOf } from "./content.ts";
import { documentOf } from "./document.ts";
import type { Fact } from "./facts.ts";
import { escapeHtml } from "./html.ts";
import { type Look, lookOf } from "./look.ts";
import { nameOf, namesOf } from "./names.ts";
import { plainTextOf } from "./plain-text.ts";
import { oneLine } from "./printable.ts";
import { restOf, shorten } from "./shorten.ts";
import { subjectOf, wordingOf } from "./wording.ts";

const MAX_SUBJECT_CHARS = 120;
const MAX_NAME_CHARS = 50;
const MAX_TITLE_CHARS = 120;
const MAX_NOTE_CHARS = 160;
/** Longest link in the list, as it stands in HTML. */
const MAX_LINK_CHARS = 600;
/** Most kinds of event that the headline counts by name. */
const MAX_KINDS = 3;

const WORST_FIRST = SEVERITIES.toReversed();
const SEVERITY_NAMES: Readonly<Record<Severity, string>> = {
  error: "Errors",
  warning: "Warnings",
  success: "Successes",
  info: "Others",
};

/**
 * The mail that tells about many events: how many of which kind, then the worst and newest of them. It never throws,
 * whatever the events hold, and the same events make the same mail in whatever order they come.
 * @param unsubscribeUrl by which its recipient unsubscribes.
 */
export const renderDigest = (digest: DigestContent, brand?: Brand, unsubscribeUrl?: string): RenderedMail => {
  const look = lookOf(brand);
  const events = digest.events.toSorted(byUrgency);
  return shorten((listed) => {
    const content = { ...contentOf({ ...digest, events }, listed, look), unsubscribeUrl };
    return { subject: content.subject, html: documentOf(content, look), text: plainTextOf(content) };
  });
};

const byUrgency = (a: PipelineEvent, b: PipelineEvent): number =>
  WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity) ||
  millisecondsOf(b) - millisecondsOf(a) ||
  (a.id < b.id ? -1 : 1);

const millisecondsOf = ({ time }: PipelineEvent): number => Date.parse(time) || 0;

const contentOf = ({ id, scope, events, more }: DigestContent, listed: number, look: Look): Content => {
  const total = events.length + more;
  const headline = `${total} ${total === 1 ? "event" : "events"} of ${commonName(events) ?? scope}`;
  const kinds = kindsOf(events, more);
  return {
    severity: events[0]?.severity ?? "info",
    subject: oneLine(`${headline}: ${kinds}`, MAX_SUBJECT_CHARS),
    preheader: kinds,
    status: "Digest",
    headline: `${headline}: ${kinds}`,
    message: "",
    action: undefined,
    facts: factsOf(events, look),
    details: [],
    entries: events.slice(0, listed).map((event) => entryOf(event, look)),
    closing: restOf(total, Math.min(listed, events.length)),
    footer: footerOf(look, `You receive this because a notification rule for ${scope} includes you.`, `digest ${id}`),
  };
};

/** The name of the pipeline that all the events are about; undefined when there is none. */
const commonName = (events: readonly PipelineEvent[]): string | undefined => {
  const [first] = events;
  return events.every(({ pipeline }) => pipeline?.id === first?.pipeline?.id)
    ? nameOf(first?.pipeline, MAX_NAME_CHARS)
    : undefined;
};

/** `3 failed, 9 succeeded`: the worst kinds by name, everything else together. */
const kindsOf = (events: readonly PipelineEvent[], more: number): string => {
  const byStatus = [...Map.groupBy(events, (event) => statusOf(event).toLowerCase())];
  const named = byStatus.slice(0, MAX_KINDS);
  const others = more + byStatus.slice(MAX_KINDS).reduce((sum, [, some]) => sum + some.length, 0);
  return [...named.map(([status, some]) => `${some.length} ${status}`), ...(others > 0 ? [`${others} more`] : [])].join(
    ", ",
  );
};

const statusOf = ({ type }: PipelineEvent): string => wordingOf(oneLine(type, MAX_NAME_CHARS)).status;

const factsOf = (events: readonly PipelineEvent[], { instantWords }: Look): Fact[] => {
  const times = events.toSorted((a, b) => millisecondsOf(a) - millisecondsOf(b)).map(({ time }) => time);
  const bySeverity = Map.groupBy(events, ({ severity }) => severity);
  const counts = WORST_FIRST.flatMap((severity) => {
    const count = bySeverity.get(severity)?.length ?? 0;
    return count === 0 ? [] : [{ label: SEVERITY_NAMES[severity], value: String(count) }];
  });
  const span = [
    { label: "First", value: instantWords(times[0]) },
    { label: "Last", value: instantWords(times.at(-1)) },
  ];
  return [...counts, ...span.flatMap(({ label, value }) => (value === undefined ? [] : [{ label, value }]))];
};

const entryOf = (event: PipelineEvent, { instantWords }: Look): Entry => {
  const wording = wordingOf(oneLine(event.type, MAX_NAME_CHARS));
  const link = actionOf(wording, event)?.link;
  const message = oneLine(event.message ?? "", MAX_NOTE_CHARS);
  return {
    severity: event.severity,
    title: oneLine(subjectOf(wording, namesOf(event, MAX_NAME_CHARS), event), MAX_TITLE_CHARS),
    link: link === undefined || escapeHtml(link).length > MAX_LINK_CHARS ? undefined : link,
    note: [instantWords(event.time), message].filter(Boolean).join(" · "),
  };
};
