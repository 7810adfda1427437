import * as z from "zod/mini";
import { OVERRIDE_MODES, type PipelineOverride } from "../../domain/pipeline-override.ts";
import { SEVERITIES } from "../../domain/severity.ts";
import { recipientsBody } from "./recipients.ts";

/** An override without its place. */
export type OverrideDraft = Omit<PipelineOverride, "id" | "scope">;

/** What holds for one pipeline instead of the rules. */
export const pipelineOverrideBody: z.ZodMiniType<OverrideDraft> = z.strictObject({
  mode: z.enum(OVERRIDE_MODES),
  minSeverity: z.optional(z.enum(SEVERITIES)),
  recipients: z.optional(recipientsBody),
});
