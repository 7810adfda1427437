import type { Publisher, TenantPublisher } from "../../shared/admin/ports.ts";
import type { Tenant } from "../../shared/domain/scope.ts";
import type { Announcer, Notice } from "../../shared/flow/waiting-ports.ts";

/** What was published. */
export interface Published {
  readonly detailType: string;
  readonly detail: unknown;
}

/** A bus to look into: what was published by itself, and what was announced together with others. */
export const createMemoryPublisher = (): Publisher &
  Announcer & { readonly published: Published[]; readonly announced: (readonly Notice[])[] } => {
  const published: Published[] = [];
  const announced: (readonly Notice[])[] = [];
  return {
    published,
    announced,
    publish: async (detailType, detail) => void published.push({ detailType, detail }),
    async publishAll(notices) {
      announced.push(notices);
      return 0;
    },
  };
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
