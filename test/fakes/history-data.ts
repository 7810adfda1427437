import { parseAddress } from "../../shared/domain/address.ts";
import { type Delivery, deliveryIdOf } from "../../shared/domain/delivery.ts";
import type { EventRecord } from "../../shared/domain/event-record.ts";
import { parseScope, tenantOf } from "../../shared/domain/scope.ts";

const ADA = parseAddress("ada@acme.example");

/** An event that was routed at a scope. */
export const anEventRecord = (scopeText: string, id: string): EventRecord => {
  const scope = parseScope(scopeText);
  if (scope === undefined || ADA === undefined) throw new Error(`no scope: ${scopeText}`);
  return {
    id,
    scope,
    type: "PipelineFailed",
    severity: "error",
    status: "routed",
    reason: "1 of 1 rules matched; 1 recipient.",
    rules: [{ id: "on-failure", scope, matched: true, reason: "matches" }],
    recipients: [{ address: ADA, via: ["rule acme/on-failure"], outcome: "queued", deliveryId: "internal" }],
    receivedAt: "2026-11-20T12:00:00.000Z",
  };
};

/** A mail that waits for a person, because nobody knows whether it went out. */
export const aHeldDelivery = (scopeText: string): Delivery => ({
  ...aDelivery(scopeText, "event-held"),
  state: "held",
  possibleDuplicate: true,
});

/** The delivery of that event's mail. */
export const aDelivery = (scopeText: string, eventId: string): Delivery => {
  const scope = parseScope(scopeText);
  if (scope === undefined || ADA === undefined) throw new Error(`no scope: ${scopeText}`);
  const at = "2026-11-20T12:00:00.000Z";
  return {
    id: deliveryIdOf(tenantOf(scope), eventId, ADA, at),
    scope,
    eventId,
    pipelineId: "build-api",
    recipient: ADA,
    state: "accepted",
    note: null,
    possibleDuplicate: false,
    provider: "smtp",
    messageId: "<1@acme.example>",
    ruleIds: ["on-failure"],
    subject: "Build API failed",
    attempts: [
      {
        at,
        ms: 12,
        phase: "accepted",
        class: "accepted",
        reason: null,
        code: 250,
        enhancedCode: "2.0.0",
        text: "queued",
        provider: "smtp",
      },
    ],
    feedback: [],
    dueAt: null,
    createdAt: at,
    updatedAt: at,
  };
};
