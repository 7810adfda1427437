/** What went wrong, as a closed list. `shared/http/problem.ts` gives each code its HTTP status. */
export type AppErrorCode =
  | "invalid-input"
  | "malformed-body"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "precondition-failed"
  | "payload-too-large"
  | "issuer-unavailable"
  | "try-again";

/** One thing to mend in an input: where it is (`members[0].email`) and what would be right. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}

/**
 * A failure whose message is safe and useful to show to the person who caused it.
 * Never put a secret, a stack or somebody else's data into the message or the issues.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: AppErrorCode;
  readonly issues: readonly InputIssue[];

  constructor(code: AppErrorCode, message: string, issues: readonly InputIssue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }
}

/** The error for something that does not exist, or that the caller may not know exists. */
export const notFound = (what: string): AppError => new AppError("not-found", `${what} does not exist.`);
