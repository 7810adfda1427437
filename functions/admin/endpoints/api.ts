import { viewPreset } from "../../../shared/admin/views.ts";
import { PRESET_NAMES } from "../../../shared/domain/presets.ts";
import { openApiDocument } from "../../../shared/http/openapi.ts";
import type { Part } from "./deps.ts";

/** What the API says about itself. */
export const aboutTheApi: Part<"getHealth" | "getOpenApi" | "listPresets"> = {
  getHealth: async () => ({ body: { status: "ok" } }),
  getOpenApi: async () => ({ body: openApiDocument() }),
  listPresets: async () => ({ body: { items: PRESET_NAMES.map(viewPreset), nextCursor: null } }),
};
