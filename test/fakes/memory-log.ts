import type { Log } from "../../shared/domain/log.ts";

/** What a log was told, in order. */
export interface LogLine {
  readonly level: keyof Log;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly error?: unknown;
}

/** A log to look into. */
export const createMemoryLog = (): Log & { readonly lines: LogLine[] } => {
  const lines: LogLine[] = [];
  return {
    lines,
    info: (event, fields = {}) => void lines.push({ level: "info", event, fields }),
    warn: (event, fields = {}) => void lines.push({ level: "warn", event, fields }),
    error: (event, fields = {}, error) => void lines.push({ level: "error", event, fields, error }),
  };
};
