/** The functions of the system, one per trust boundary: bundles, IAM roles and the local stack's workers are named so. */
export const FUNCTIONS = [
  "admin",
  "credentials",
  "oauth",
  "connect",
  "notify",
  "deliver",
  "release",
  "feedback",
] as const;

/** One of {@link FUNCTIONS}. */
export type FunctionName = (typeof FUNCTIONS)[number];
