import * as z from "zod/mini";
import type { AwsSource } from "../../domain/aws-source.ts";
import { eventPattern } from "./event-pattern.ts";
import { name } from "./fields.ts";

/** A registration of AWS events without its place. */
export type AwsSourceDraft = Omit<AwsSource, "id" | "scope">;

/** Which of AWS's own events belong to a scope. Whose events the pattern asks for is checked where it is put. */
export const awsSourceBody: z.ZodMiniType<AwsSourceDraft> = z.strictObject({
  name,
  enabled: z._default(z.boolean(), true),
  pattern: eventPattern,
});
