import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** One DynamoDB table with string keys `pk` and `sk`. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/** Primary key of an item. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * Runs a conditional write. Answers undefined when the condition did not hold, which is an expected outcome and never
 * an error; everything else is thrown.
 */
export const ifConditionHolds = async <T>(write: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
};
