import * as z from "zod/mini";
import { address, line } from "./fields.ts";

/** Longest reason a person may give: as long as the words of a server that are kept. */
const MAX_REASON_CHARS = 300;

/** An address that is to be mailed no more. */
export const suppressionBody = z.strictObject({ address, reason: z.optional(line(MAX_REASON_CHARS)) });
