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

/** Names of the outputs that exist besides when the stack makes a user pool of its own. */
export const USER_POOL_OUTPUTS = ["userPoolId", "userPoolClientId"] as const;

/** One of {@link USER_POOL_OUTPUTS}. */
export type UserPoolOutputName = (typeof USER_POOL_OUTPUTS)[number];
