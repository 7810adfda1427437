import type { Group } from "../domain/group.ts";
import { type Catalog, createCatalog } from "./catalog.ts";
import type { ConfigStore } from "./ports.ts";

/** The use cases of groups. */
export const createGroups = (config: Pick<ConfigStore, "scopes" | "groups">): Catalog<Group> =>
  createCatalog(config, config.groups, "Group");
