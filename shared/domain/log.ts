/**
 * Where steps worth a line are told. Names are past-tense events such as `email.accepted`; fields never hold a body,
 * a secret or a recipient's address in the clear.
 */
export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  /** @param error what was caught; its stack and causes are logged with the event. */
  error(event: string, fields?: Readonly<Record<string, unknown>>, error?: unknown): void;
}
