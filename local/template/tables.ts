import * as z from "zod/mini";
import { readProperties } from "./read-properties.ts";
import type { Resource, Resources } from "./resources.ts";

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }));

const tableProperties = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.optional(
    z.array(
      z.object({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.object({
          ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
          NonKeyAttributes: z.optional(z.array(z.string())),
        }),
      }),
    ),
  ),
  TimeToLiveSpecification: z.optional(z.object({ AttributeName: z.string(), Enabled: z.boolean() })),
});

/** A table to create. */
export interface Table {
  readonly name: string;
  /** Keys and indexes, with the members that CloudFormation and `CreateTable` have in common. */
  readonly definition: Omit<z.infer<typeof tableProperties>, "TimeToLiveSpecification">;
  /** Attribute that holds the expiry of items, undefined when they do not expire. */
  readonly ttlAttribute: string | undefined;
}

/** The template's tables. */
export const readTables = (resources: Resources): readonly Table[] =>
  resources.ofType("AWS::DynamoDB::Table").map(toTable);

const toTable = (resource: Resource): Table => {
  const { TimeToLiveSpecification: ttl, ...definition } = readProperties(tableProperties, resource);
  return { name: resource.name, definition, ttlAttribute: ttl?.Enabled === true ? ttl.AttributeName : undefined };
};
