import type { Scope } from "./scope.ts";

/** Which of AWS's own events belong to a scope. */
export interface AwsSource {
  readonly id: string;
  readonly scope: Scope;
  readonly name: string;
  readonly enabled: boolean;
  /** An EventBridge pattern over the whole event as it is on the default bus; checked when it was saved. */
  readonly pattern: Readonly<Record<string, unknown>>;
}
