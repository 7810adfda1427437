import type { Scope } from "./scope.ts";

/** How the mails of a scope, and of all scopes below it without a brand of their own, look. */
export interface Brand {
  readonly scope: Scope;
  /** Name in place of "Tidings". */
  readonly name?: string | undefined;
  /** An https address of a picture. */
  readonly logoUrl?: string | undefined;
  /** Colour of buttons, `#rrggbb`. */
  readonly color?: string | undefined;
  /** One line below every mail. */
  readonly footer?: string | undefined;
  /** Language of mails whose template says none, as a BCP 47 tag: how they word dates and numbers. */
  readonly locale?: string | undefined;
  /** IANA time zone of the times in mails. */
  readonly timezone?: string | undefined;
}
