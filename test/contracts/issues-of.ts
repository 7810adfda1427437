import type * as z from "zod/mini";
import { parseBody } from "../../shared/contracts/parse-body.ts";
import { AppError } from "../../shared/domain/app-error.ts";

/** What is wrong with a body, as `path: message` lines; empty when nothing is. */
export const issuesOf = (schema: z.ZodMiniType, body: unknown): string[] => {
  try {
    parseBody(schema, body);
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.issues.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
};
