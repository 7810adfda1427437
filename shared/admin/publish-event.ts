import { MAX_DETAIL_BYTES, PIPELINE_EVENT } from "../contracts/bus.ts";
import { AppError } from "../domain/app-error.ts";
import { type Scope, type Tenant, tenantOf } from "../domain/scope.ts";
import { type GivenEventDeps, readGivenEvent } from "./given-event.ts";
import type { TenantPublisher } from "./ports.ts";

/** What publishing needs. */
export interface PublishDeps extends GivenEventDeps {
  readonly tenantBus: TenantPublisher;
}

/**
 * Publishes an event as a publisher of its tenant would; the intake then decides about it.
 * @returns the event's id, by which it can be looked up once it was taken in.
 * @throws AppError `not-found`, `invalid-input` or `payload-too-large`; Error when the bus did not take it
 */
export const publishEvent = async (
  deps: PublishDeps,
  scope: Scope,
  given: Readonly<Record<string, unknown>>,
): Promise<string> => {
  const { detail, event } = await readGivenEvent(deps, scope, given);
  await publishDetail(deps, tenantOf(event.scope), PIPELINE_EVENT, detail);
  return event.id;
};

/** Room that an entry of PutEvents takes besides its detail: source, detail-type and time. */
const ENTRY_BYTES = 1024;

/**
 * Puts something on the bus for a tenant.
 * @throws AppError `payload-too-large`; Error when the bus did not take it
 */
export const publishDetail = async (
  { tenantBus }: Pick<PublishDeps, "tenantBus">,
  tenant: Tenant,
  detailType: string,
  detail: unknown,
): Promise<void> => {
  const most = MAX_DETAIL_BYTES - ENTRY_BYTES;
  if (Buffer.byteLength(JSON.stringify(detail)) > most) {
    throw new AppError("payload-too-large", `What is published must be at most ${most} bytes of JSON.`);
  }
  await tenantBus.publish(tenant, detailType, detail);
};
