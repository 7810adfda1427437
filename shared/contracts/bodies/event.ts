import * as z from "zod/mini";
import { detailSchema } from "../pipeline-event.ts";

/**
 * An event in a request, as the API's document describes it: like the `detail` on the bus, but for the scope, which is
 * the path's unless it is given.
 */
export const eventBody = z.partial(detailSchema, { scope: true });

/** An event in a request as it is read at first: whatever the intake would take in is then parsed as the intake does. */
export const anyObject = z.record(z.string(), z.unknown());
