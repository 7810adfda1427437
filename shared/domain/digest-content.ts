import type { PipelineEvent } from "./event.ts";
import type { Scope } from "./scope.ts";

/** What one mail tells about many events. */
export interface DigestContent {
  /** Names the digest in its footer, so that its delivery can be asked about. */
  readonly id: string;
  /** Scope of the rule that collects the events. */
  readonly scope: Scope;
  readonly events: readonly PipelineEvent[];
  /** How many events there are besides those given. */
  readonly more: number;
}
