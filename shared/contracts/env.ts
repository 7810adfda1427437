/**
 * The environment variables that the template gives the functions. Infrastructure writes them, `functions/*\/index.ts`
 * reads them; both take the names from here.
 */
export const ENV = {
  /** Name of the table of scopes, settings, groups and rules. */
  configTable: "CONFIG_TABLE",
  /** Name of the table of events and deliveries. */
  deliveriesTable: "DELIVERIES_TABLE",
  /** Name of the sparse index of waiting deliveries on the deliveries table. */
  dueIndex: "DUE_INDEX",
  /** URL of the queue between `notify` and `deliver`. */
  outboxQueueUrl: "OUTBOX_QUEUE_URL",
  /** URL of the dead-letter queue of the events queue. */
  eventsDlqUrl: "EVENTS_DLQ_URL",
  /** What the names of tenants' secrets begin with: `<prefix>/<scope>`. */
  secretPrefix: "SECRET_PREFIX",
  /** What the names of OAuth secrets begin with: `<prefix>/<scope>`. Only `oauth` may read them. */
  oauthSecretPrefix: "OAUTH_SECRET_PREFIX",
  /** ARN of the secret that the links to unsubscribe are sealed with. */
  linkKeySecret: "LINK_KEY_SECRET",
  /** What the links to unsubscribe begin with: an absolute URL without a slash at the end. */
  unsubscribeUrl: "UNSUBSCRIBE_URL",
  /** Name of the function that hands out access tokens. */
  oauthFunction: "OAUTH_FUNCTION",
  /** Where issuers send the browser back to: an absolute URL, the same for all tenants. */
  oauthRedirectUri: "OAUTH_REDIRECT_URI",
  /** Issuer of Google's tokens; empty: Google itself. */
  googleIssuer: "GOOGLE_ISSUER",
  /** Issuer of Microsoft's tokens, with `{directoryId}`; empty: Microsoft itself. */
  microsoftIssuer: "MICROSOFT_ISSUER",
  /** Name of the event bus, for what Tidings itself publishes. */
  busName: "BUS_NAME",
  /** Claim of the access token that holds the `<scope>:<role>` values. */
  groupsClaim: "GROUPS_CLAIM",
  /** Comma list of `host-or-cidr:port` that the egress guard lets through although they are not public. */
  allowedTargets: "EGRESS_ALLOWED_TARGETS",
  /** Where SendGrid is, instead of its public API. Empty: the region in the settings decides. */
  sendgridBaseUrl: "SENDGRID_BASE_URL",
  /** Seconds (fractions allowed). First retry delay before jitter. */
  retryBaseSeconds: "RETRY_BASE_SECONDS",
  /** Seconds (fractions allowed). Longest retry delay before jitter. */
  retryCapSeconds: "RETRY_CAP_SECONDS",
  /** Hours (fractions allowed) after its creation at which a waiting delivery expires. */
  retryGiveUpHours: "RETRY_GIVE_UP_HOURS",
  /** Seconds (fractions allowed) a provider's word is waited for on a mail that it may have taken. */
  feedbackSeconds: "FEEDBACK_SECONDS",
  /** Seconds (fractions allowed) a claim lasts: the timeout of the `deliver` function. */
  leaseSeconds: "LEASE_SECONDS",
  /** Seconds (fractions allowed) one send may take altogether. */
  sendDeadlineSeconds: "SEND_DEADLINE_SECONDS",
  /** Most environments of `deliver` that work at a time; empty: nobody set a bound. */
  maxSenders: "MAX_SENDERS",
  /** CloudWatch's namespace of the product's own metrics. */
  metricsNamespace: "METRICS_NAMESPACE",
  /** Days after which events and deliveries are deleted. */
  retentionDays: "RETENTION_DAYS",
} as const;
