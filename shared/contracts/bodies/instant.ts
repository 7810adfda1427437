import * as z from "zod/mini";

/** An ISO 8601 instant with its zone, kept in UTC. */
export const instant = z.pipe(
  z.string().check(
    z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/, {
      error: 'must be an instant such as "2026-12-01T08:00:00Z", with its zone',
      abort: true,
    }),
    z.refine((text) => Number.isFinite(Date.parse(text)), { error: "must be a date and time that exist", abort: true }),
    z.meta({ format: "date-time" }),
  ),
  z.transform((text) => new Date(text).toISOString()),
);
