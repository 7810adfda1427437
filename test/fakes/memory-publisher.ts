import type { Publisher } from "../../shared/admin/ports.ts";

/** What was published. */
export interface Published {
  readonly detailType: string;
  readonly detail: unknown;
}

/** A bus to look into. */
export const createMemoryPublisher = (): Publisher & { readonly published: Published[] } => {
  const published: Published[] = [];
  return { published, publish: async (detailType, detail) => void published.push({ detailType, detail }) };
};
