import * as z from "zod/mini";
import { name } from "./fields.ts";

/** What an administrator says of a scope; without a name it is called like its path. */
export const scopeBody = z.strictObject({ name: z.optional(name) });
