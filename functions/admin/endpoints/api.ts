import { viewPreset } from "../../../shared/admin/views.ts";
import { PRESET_NAMES } from "../../../shared/domain/presets.ts";
import type { Part } from "./deps.ts";

/** What the API says about itself. */
export const aboutTheApi: Part<"getHealth" | "listPresets"> = {
  getHealth: async () => ({ body: { status: "ok" } }),
  listPresets: async () => ({ body: { items: PRESET_NAMES.map(viewPreset), nextCursor: null } }),
};
