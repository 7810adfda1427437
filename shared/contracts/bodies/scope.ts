import * as z from "zod/mini";
import { name } from "./fields.ts";

/** What an administrator says of a scope. */
export const scopeBody = z.strictObject({ name });
