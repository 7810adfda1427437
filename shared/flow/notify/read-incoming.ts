import { type BusEvent, EMAIL_REQUESTED } from "../../contracts/bus.ts";
import { parseEmailRequest } from "../../contracts/email-request.ts";
import { parsePipelineEvent } from "../../contracts/pipeline-event.ts";
import type { InputIssue } from "../../domain/app-error.ts";
import type { PipelineEvent } from "../../domain/event.ts";
import type { Message } from "../../domain/message.ts";
import type { Tenant } from "../../domain/scope.ts";
import type { RoutingConfig } from "../ports.ts";
import { explainRefusal, tenantOfSource } from "./authorise-event.ts";
import type { Telling } from "./read-message.ts";
import { explainMissingTemplate } from "./route-message.ts";

/** What a bus event says to one tenant, or why it says nothing. */
export type Incoming =
  | { readonly kind: "event"; readonly tenant: Tenant; readonly event: PipelineEvent }
  | { readonly kind: "message"; readonly tenant: Tenant; readonly message: Message }
  /** Somebody's mistake, of which their tenant is told. */
  | { readonly kind: "refused"; readonly tenant: Tenant; readonly reason: string }
  /** There is nobody to be told. */
  | { readonly kind: "unaddressed"; readonly reason: string };

/** Reads and authorises a bus event. */
export const readIncoming = (
  { busEvent, problem }: Telling,
  configs: ReadonlyMap<Tenant, RoutingConfig>,
): Incoming[] => {
  const tenant = tenantOfSource(busEvent.source);
  const scopes = tenant === undefined ? undefined : configs.get(tenant)?.scopes;
  if (tenant === undefined || scopes === undefined || !scopes.has(tenant)) {
    return [{ kind: "unaddressed", reason: `The source "${busEvent.source}" names no tenant of this installation.` }];
  }
  if (problem !== undefined) return [{ kind: "refused", tenant, reason: problem }];
  return [
    busEvent.detailType === EMAIL_REQUESTED
      ? readRequest(busEvent, tenant, scopes, configs)
      : readEvent(busEvent, tenant, scopes),
  ];
};

const readEvent = (busEvent: BusEvent, tenant: Tenant, scopes: RoutingConfig["scopes"]): Incoming => {
  const parsed = parsePipelineEvent(busEvent);
  if (!parsed.ok) return { kind: "refused", tenant, reason: unreadable("event", parsed.issues) };
  const refusal = explainRefusal(tenant, parsed.event, scopes);
  return refusal === undefined
    ? { kind: "event", tenant, event: parsed.event }
    : { kind: "refused", tenant, reason: refusal };
};

const readRequest = (
  busEvent: BusEvent,
  tenant: Tenant,
  scopes: RoutingConfig["scopes"],
  configs: ReadonlyMap<Tenant, RoutingConfig>,
): Incoming => {
  const parsed = parseEmailRequest(busEvent);
  if (!parsed.ok) return { kind: "refused", tenant, reason: unreadable("message", parsed.issues) };
  const { message } = parsed;
  const missing = explainMissingTemplate(message, configs);
  const refusal = explainRefusal(tenant, message, scopes) ?? (missing && `detail.template ${missing}.`);
  return refusal === undefined ? { kind: "message", tenant, message } : { kind: "refused", tenant, reason: refusal };
};

const unreadable = (what: string, issues: readonly InputIssue[]): string => {
  const sentences = issues.map(({ path, message }) => `${["detail", path].filter(Boolean).join(".")} ${message}`);
  return `The ${what} cannot be read: ${sentences.join("; ")}.`;
};
