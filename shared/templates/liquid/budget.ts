import type { Context } from "liquidjs";

/**
 * What one part of a template may cost: about one unit for each character or element it reads or makes. Counted and
 * not timed, so that a template behaves the same on a busy machine. The library's own limits leave much out: what a
 * template writes, what it captures, and loops over data.
 */
export const BUDGET_UNITS = 2_000_000;

/** A second fence, for the little that is not counted: milliseconds after which a template is cut off. */
export const TIME_LIMIT_MS = 300;

/** Units for each tag, output and text that is rendered, and for each filter that is applied. */
export const STEP_UNITS = 20;

/** Units for each formatter of dates or numbers: making one takes as long as many steps. */
export const FORMATTER_UNITS = 2_000;

/** Takes units from what is left. @throws Error that {@link isExhausted} knows when they are used up. */
export const charge = (context: Context, units: number): void => context.memoryLimit.use(units);

/**
 * Takes what looking for one text within another can cost: searching is quick for the usual words, and as slow as the
 * product of both lengths for hostile ones.
 */
export const chargeSearch = (context: Context, text: string, sought: string): void =>
  charge(context, text.length * (1 + sought.length / 64));

/** Whether a template was cut off for the work it makes. */
export const isExhausted = (error: unknown): boolean =>
  error instanceof Error && /^(?:memory alloc|template render) limit exceeded/.test(error.message);
