import type { Permission } from "./function.ts";
import type { Storage } from "./storage.ts";

/**
 * Lets a function put addresses on suppression lists, and change nothing else of what is configured: items of these
 * partitions only (DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control"); a request
 * that names no key must not pass (IAM user guide, "Multivalued context key examples"; both read 2026-11-26).
 */
export const updateSuppressions = ({ config }: Storage): Permission => ({
  actions: ["dynamodb:UpdateItem"],
  on: [config.tableArn],
  conditions: {
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["SUPPRESSIONS#*"] },
    Null: { "dynamodb:LeadingKeys": "false" },
  },
});
