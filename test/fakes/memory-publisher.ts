import type { Publisher, TenantPublisher } from "../../shared/admin/ports.ts";
import type { Tenant } from "../../shared/domain/scope.ts";

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

/** What was published for a tenant. */
export interface PublishedFor extends Published {
  readonly tenant: Tenant;
}

/** A bus to look into, for what is published for tenants. */
export const createMemoryTenantBus = (): TenantPublisher & { readonly published: PublishedFor[] } => {
  const published: PublishedFor[] = [];
  return {
    published,
    publish: async (tenant, detailType, detail) => void published.push({ tenant, detailType, detail }),
  };
};
