import * as z from "zod/mini";
import { emailRequestFields } from "../email-request.ts";

/** A direct message in a request: like the `detail` on the bus, but for the scope, which is the path's unless given. */
export const messageBody = z.partial(emailRequestFields, { scope: true });
