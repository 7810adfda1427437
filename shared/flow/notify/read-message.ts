import { createHash } from "node:crypto";
import { parseAwsEvent } from "../../contracts/aws/aws-event.ts";
import { normaliseAwsEvent } from "../../contracts/aws/normalise.ts";
import { isAwsSource } from "../../contracts/aws/services.ts";
import { type BusEvent, PIPELINE_EVENT, parseBusEvent } from "../../contracts/bus.ts";
import { matchesPattern } from "../../domain/pattern.ts";
import type { Scope } from "../../domain/scope.ts";
import type { AwsSourceDirectory, RegisteredAwsSource } from "../ports.ts";

/** What a message says to one tenant: an event as its publisher would put it on our own bus. */
export interface Telling {
  readonly busEvent: BusEvent;
  /** Why nobody can be told about it, as a sentence, where AWS says something that has no meaning here. */
  readonly problem?: string | undefined;
}

/** A message of the events queue with what it says: undefined, it is no event; nothing, it concerns nobody here. */
export interface ReadMessage<M> {
  readonly message: M;
  readonly tellings: readonly Telling[] | undefined;
}

/**
 * Reads messages of the events queue. An event of AWS's own becomes one for each scope that registered it, as if the
 * scope had published it; none when nobody did, since the rule on the default bus may let through more than that.
 */
export const readMessages = async <M extends { readonly body: string }>(
  awsSources: AwsSourceDirectory,
  messages: readonly M[],
): Promise<ReadMessage<M>[]> => {
  const parsed = messages.map((message) => ({ message, busEvent: parseBusEvent(message.body) }));
  const some = parsed.some(({ busEvent }) => busEvent !== undefined && isAwsSource(busEvent.source));
  const registrations = some ? await awsSources.load() : [];
  return parsed.map(({ message, busEvent }) => ({
    message,
    tellings: busEvent && tell(busEvent, message.body, registrations),
  }));
};

const tell = (busEvent: BusEvent, body: string, registrations: readonly RegisteredAwsSource[]): Telling[] =>
  isAwsSource(busEvent.source) ? tellAwsEvent(busEvent, body, registrations) : [{ busEvent }];

const tellAwsEvent = (busEvent: BusEvent, body: string, registrations: readonly RegisteredAwsSource[]): Telling[] => {
  const event = parseAwsEvent(body);
  if (event === undefined) return [];
  const claims = registrations.filter(({ pattern }) => matchesPattern(pattern, event.whole));
  const scopes = [...new Set(claims.map(({ scope }) => scope))];
  if (scopes.length === 0) return [];
  const normalised = normaliseAwsEvent(event);
  const [news, problem] = "news" in normalised ? [normalised.news] : [{}, normalised.problem];
  return scopes.map((scope) => ({
    busEvent: {
      ...busEvent,
      source: scope,
      detailType: PIPELINE_EVENT,
      detail: { ...news, id: eventIdFor(scope, busEvent.id), scope },
    },
    problem,
  }));
};

/** Several scopes of one tenant may get the same AWS event, each an event of its own. */
const eventIdFor = (scope: Scope, busEventId: string): string => {
  const mark = createHash("sha256").update(scope).digest("hex").slice(0, 12);
  return `${busEventId.slice(0, 100)}.${mark}`;
};
