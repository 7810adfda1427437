/** Names of the stack's CloudFormation outputs. Testers and scripts read a deployed stack by them. */
export const OUTPUTS = [
  "apiUrl",
  "busName",
  "eventsQueueUrl",
  "eventsDlqUrl",
  "outboxQueueUrl",
  "outboxDlqUrl",
  "configTable",
  "deliveriesTable",
] as const;

/** One of {@link OUTPUTS}. */
export type OutputName = (typeof OUTPUTS)[number];
