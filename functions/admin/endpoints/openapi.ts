import { openApiDocument } from "../../../shared/http/openapi.ts";
import type { Part } from "./deps.ts";

/** The API's description of itself for machines. */
export const aboutOpenApi: Part<"getOpenApi"> = {
  getOpenApi: async () => ({ body: openApiDocument() }),
};
