import * as z from "zod/mini";
import type { Resource } from "./resources.ts";

/**
 * The resource's properties, checked.
 * @throws Error naming the resource and the property, when the local stack cannot run it as it stands.
 */
export const readProperties = <Schema extends z.ZodMiniType>(schema: Schema, resource: Resource): z.output<Schema> => {
  const parsed = z.safeParse(schema, resource.properties);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "properties"}: ${message}`);
  throw new Error(`the local stack cannot run ${resource.logicalId}: ${issues.join("; ")}`);
};
