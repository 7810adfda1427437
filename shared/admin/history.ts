import { notFound } from "../domain/app-error.ts";
import type { Delivery, DeliveryId } from "../domain/delivery.ts";
import type { EventRecord } from "../domain/event-record.ts";
import type { Scope } from "../domain/scope.ts";
import type { DeliveryFilter, EventFilter, HistoryReader, Page, PageRequest } from "./ports.ts";
import { getScope, type ScopeDeps } from "./scopes.ts";

/** What the use cases of history need. */
export type HistoryDeps = ScopeDeps & { readonly history: HistoryReader };

/** @throws AppError `not-found` */
export const getEvent = async (deps: HistoryDeps, scope: Scope, id: string): Promise<EventRecord> => {
  await getScope(deps, scope);
  const found = await deps.history.event(scope, id);
  if (found === undefined) throw notFound("The event");
  return found;
};

/** Events at the scope and below, newest first. @throws AppError `not-found` */
export const listEvents = async (
  deps: HistoryDeps,
  scope: Scope,
  page: PageRequest,
  filter: EventFilter,
): Promise<Page<EventRecord>> => {
  await getScope(deps, scope);
  return deps.history.events(scope, page, filter);
};

/** @throws AppError `not-found` */
export const getDelivery = async (deps: HistoryDeps, scope: Scope, id: DeliveryId): Promise<Delivery> => {
  await getScope(deps, scope);
  const found = await deps.history.delivery(scope, id);
  if (found === undefined) throw notFound("The delivery");
  return found;
};

/** Deliveries at the scope and below, newest first. @throws AppError `not-found` */
export const listDeliveries = async (
  deps: HistoryDeps,
  scope: Scope,
  page: PageRequest,
  filter: DeliveryFilter,
): Promise<Page<Delivery>> => {
  await getScope(deps, scope);
  return deps.history.deliveries(scope, page, filter);
};
