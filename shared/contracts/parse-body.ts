import type * as z from "zod/mini";
import { AppError } from "../domain/app-error.ts";
import { explainIssues } from "./explain-issues.ts";

/**
 * The value of a request body in domain terms.
 * @throws AppError `invalid-input` that names every field to mend, and never repeats a value of a secret.
 */
export const parseBody = <T>(schema: z.ZodMiniType<T>, body: unknown): T => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError("invalid-input", "The request body is not acceptable.", explainIssues(parsed.error.issues));
};
