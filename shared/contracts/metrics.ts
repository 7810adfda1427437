import type { MetricSpec, Metrics } from "../domain/metrics.ts";

/**
 * The dimensions of metrics and all the values they can have. Each combination of values is a series that costs money,
 * so that nothing that grows with the number of tenants, rules or events can be one.
 */
export const METRIC_DIMENSIONS = {
  /** What was asked to take a mail; `none`: nothing was. */
  provider: ["smtp", "sendgrid", "none"],
} as const;

/**
 * The product's own metrics. Every one is told by one function only, which is its dimension `service`. Counts are to be
 * summed up, times looked at as percentiles.
 */
export const METRICS = {
  /** `notify`: events that rules have decided about and whose mails are safe; one to nobody counts, too. */
  EventsRouted: { unit: "Count", dimensions: [] },
  /** `notify`: events told again with the same content. */
  EventsDuplicate: { unit: "Count", dimensions: [] },
  /** `notify`: events told again with other content; the first one stands. */
  EventsConflict: { unit: "Count", dimensions: [] },
  /** `notify`: events that nothing is done about, as their records say. */
  EventsRefused: { unit: "Count", dimensions: [] },
  /** `notify`: mails of routed events, in the outbox or held for quiet hours; one for each event of a digest. */
  MailsEnqueued: { unit: "Count", dimensions: [] },

  /** `deliver`: mails that a server took. */
  MailsAccepted: { unit: "Count", dimensions: ["provider"] },
  /** `deliver`: mails that were refused for good. */
  MailsRejected: { unit: "Count", dimensions: ["provider"] },
  /** `deliver`: how often a mail was put off, after a try or (`none`) before anybody was asked. */
  MailsDeferred: { unit: "Count", dimensions: ["provider"] },
  /** `deliver`: mails that a server may have taken and that are tried once more. */
  MailsAmbiguous: { unit: "Count", dimensions: [] },
  /** `deliver`: mails that a server may have taken and that wait for a person. */
  MailsHeld: { unit: "Count", dimensions: [] },
  /** `deliver`: mails that were given up since they were too old. */
  MailsExpired: { unit: "Count", dimensions: [] },
  /** `deliver`: mails that ended since their recipient had got onto the suppression list. */
  MailsSuppressed: { unit: "Count", dimensions: [] },
  /** `deliver`: mails that a server took although another try may have been taken before. */
  PossibleDuplicates: { unit: "Count", dimensions: [] },
  /**
   * `deliver`: from when a mail could go out until a server took it. It could since `notify` first had its event, or
   * since quiet hours or the window of its digest ended, or since an administrator asked for another try.
   */
  AcceptanceTime: { unit: "Milliseconds", dimensions: ["provider"] },
  /** `deliver`: mails that another sender held when their message came. */
  LeasesBusy: { unit: "Count", dimensions: [] },
  /** `deliver`: mails that another sender took over before this one could record how they fared. */
  LeasesLost: { unit: "Count", dimensions: [] },
  /** `deliver`: outcomes that the table did not take at first. */
  OutcomesNotStored: { unit: "Count", dimensions: [] },
  /** `deliver`: mails that were not processed for a fault of Tidings' own: a table, a secret, a bug. */
  OwnFailures: { unit: "Count", dimensions: [] },
  /** `deliver`: how often a server began to be left alone, for it failed repeatedly or asked for a pause. */
  BreakersOpened: { unit: "Count", dimensions: [] },
  /** `deliver`: refused logins; nothing goes out with one until somebody acts. */
  TransportsSuspended: { unit: "Count", dimensions: [] },
  /**
   * `deliver`: how often a mail was put off until somebody mends the settings of `system`, by which all tenants send that
   * have none of their own: its login is refused, its consent has ended, a secret is missing.
   */
  SystemMailsStalled: { unit: "Count", dimensions: [] },
  /** `deliver`: mails of rules that go out without their link to unsubscribe. */
  LinksMissing: { unit: "Count", dimensions: [] },

  /** `release`: waiting mails that were put back into the outbox. */
  MailsReleased: { unit: "Count", dimensions: [] },
  /** `release`: of each round that put mails back, how long the one it was latest for had been due; 0: all in time. */
  ReleaseDelay: { unit: "Milliseconds", dimensions: [] },

  /** `feedback`: events of providers that said something new of a mail. */
  FeedbackHeard: { unit: "Count", dimensions: [] },
  /** `feedback`: posts of providers that did not prove who made them. */
  FeedbackRefused: { unit: "Count", dimensions: [] },
  /** `feedback`: how often somebody unsubscribed, also once more. */
  Unsubscribes: { unit: "Count", dimensions: [] },
  /** `feedback`: pages about unsubscribing that could not be answered for a fault of Tidings' own. */
  UnsubscribesFailed: { unit: "Count", dimensions: [] },
} as const satisfies Readonly<Record<string, MetricSpec>>;

/** One of {@link METRICS}. */
export type MetricName = keyof typeof METRICS;

type DimensionName = keyof typeof METRIC_DIMENSIONS;

type DimensionsOf<Names extends readonly DimensionName[]> = Names extends readonly []
  ? { readonly dimensions?: undefined }
  : {
      readonly dimensions: { readonly [Name in Names[number]]: (typeof METRIC_DIMENSIONS)[Name][number] };
    };

/** A value of one of {@link METRICS}, with its dimensions. */
export type ProductMeasurement = {
  readonly [Name in MetricName]: { readonly name: Name; readonly value: number } & DimensionsOf<
    (typeof METRICS)[Name]["dimensions"]
  >;
}[MetricName];

/** Where the flows tell their numbers. */
export type ProductMetrics = Metrics<ProductMeasurement>;
