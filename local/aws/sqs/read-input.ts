import * as z from "zod/mini";
import { AwsError, type Input } from "../json-protocol.ts";

/** Entries of one batch request, messages of one receive (SQS API reference). */
export const MAX_BATCH = 10;

/** A whole number in a range. */
export const wholeNumber = (least: number, most: number) =>
  z.number().check(z.int(), z.minimum(least), z.maximum(most));

/**
 * An input that must be of a form.
 * @throws AwsError `InvalidParameterValue` that names the parameter.
 */
export const readInput = <T extends z.ZodMiniType>(schema: T, input: unknown): z.infer<T> => {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AwsError("InvalidParameterValue", `Parameter ${issue?.path.join(".")} is not valid: ${issue?.message}.`);
};

const batchInput = z.object({
  Entries: z.array(z.looseObject({ Id: z.string().check(z.regex(/^[\w-]{1,80}$/)) })),
});

/**
 * Does the same for each entry of a batch; the failure of one is its own.
 * @throws AwsError when the batch as a whole is refused.
 */
export const inBatch = (input: Input, operate: (entry: Input) => object) => {
  const { Entries } = readInput(batchInput, input);
  if (Entries.length === 0) throw new AwsError("EmptyBatchRequest", "The batch request contains no entries.");
  if (Entries.length > MAX_BATCH) {
    throw new AwsError("TooManyEntriesInBatchRequest", `A batch holds at most ${MAX_BATCH} entries.`);
  }
  if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length) {
    throw new AwsError("BatchEntryIdsNotDistinct", "Two entries of the batch have the same Id.");
  }
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of Entries) {
    try {
      Successful.push({ Id: entry.Id, ...operate(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
};
