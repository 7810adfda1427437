import type { EmailAddress } from "./address.ts";
import type { Scope } from "./scope.ts";
import type { Severity } from "./severity.ts";

/** A person in a group. */
export interface Member {
  readonly email: EmailAddress;
  readonly name?: string | undefined;
}

/** Named recipients of a scope. Aliases are shared addresses (a list, a channel) that are always mailed. */
export interface Group {
  readonly id: string;
  readonly scope: Scope;
  readonly name: string;
  readonly members: readonly Member[];
  readonly aliases: readonly EmailAddress[];
  /** False: only the aliases are mailed, the members are just listed. */
  readonly notifyMembers: boolean;
  /** Less severe events do not reach anybody through this group. */
  readonly minSeverity?: Severity | undefined;
}
