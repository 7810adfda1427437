import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { EmailAddress } from "../../domain/address.ts";
import { deliveryIdOf } from "../../domain/delivery.ts";
import type { RecipientOutcome } from "../../domain/event-record.ts";
import { isBuiltInMessage, MESSAGE_TYPE, type Message } from "../../domain/message.ts";
import { nearestIn } from "../../domain/nearest.ts";
import { isInDomains } from "../../domain/recipient-domain.ts";
import type { Tenant } from "../../domain/scope.ts";
import { standingIn } from "../../domain/suppression.ts";
import type { TemplateRef } from "../../domain/template.ts";
import type { RoutingConfig } from "../ports.ts";
import { findTemplate } from "./find-template.ts";
import type { RoutedEvent } from "./route-event.ts";

/** A message that was taken in and is still to be put on its way. */
export interface TakenInMessage {
  readonly messageId: string;
  readonly tenant: Tenant;
  readonly message: Message;
  /** When it was first received, ISO-8601. */
  readonly receivedAt: string;
}

type Configs = ReadonlyMap<Tenant, RoutingConfig>;

/**
 * Makes the mails of a direct message, one for each addressee: no rule, group or quiet hour has a say. Pure: the same
 * message always gives the same delivery ids.
 */
export const routeMessage = (taken: Omit<TakenInMessage, "messageId">, configs: Configs): RoutedEvent => {
  const { tenant, message, receivedAt } = taken;
  const addressees = [
    ...message.to.map((address) => ({ address, via: ["to"] })),
    ...message.cc.map((address) => ({ address, via: ["cc"] })),
  ];
  const template = templateOf(message, configs);
  const planned = addressees.map(({ address, via }) => {
    const obstacle = obstacleTo(address, configs.get(tenant));
    if (obstacle !== undefined) return { verdict: { address, via, outcome: obstacle } };
    const job = jobFor(taken, address, template);
    return { job, verdict: { address, via, outcome: "queued" as const, deliveryId: job.deliveryId } };
  });
  const jobs = planned.flatMap(({ job }) => job ?? []);
  return {
    mails: jobs.map((job) => ({ job, timing: { kind: "now" } })),
    record: {
      id: message.id,
      scope: message.scope,
      type: MESSAGE_TYPE,
      severity: null,
      status: "routed",
      reason: reasonOf(planned.map(({ verdict }) => verdict.outcome)),
      rules: [],
      recipients: planned.map(({ verdict }) => verdict),
      receivedAt,
    },
  };
};

/** Why the message cannot be made, in words that follow the name of the field; undefined when it can. */
export const explainMissingTemplate = (message: Message, configs: Configs): string | undefined => {
  const { template, scope } = message;
  if (template === undefined || isBuiltInMessage(template) || templateOf(message, configs) !== undefined) {
    return undefined;
  }
  return `must name a built-in message, or a template of ${scope} or a scope above it: there is no "${template}"`;
};

/** The nearest template of that name; one of the tenant's own goes before a built-in message. */
const templateOf = ({ template, scope }: Message, configs: Configs): TemplateRef | undefined => {
  if (template === undefined) return undefined;
  const brand = nearestIn(scope, configs, (config, at) => config.brandAt(at));
  return findTemplate([template], scope, brand?.locale, configs);
};

const jobFor = (
  { tenant, message, receivedAt }: Omit<TakenInMessage, "messageId">,
  recipient: EmailAddress,
  template: TemplateRef | undefined,
): DeliverJob => ({
  v: 1,
  kind: "message",
  deliveryId: deliveryIdOf(tenant, message.id, recipient, receivedAt),
  scope: message.scope,
  eventId: message.id,
  recipient,
  ruleIds: [],
  ...(template === undefined ? {} : { template }),
  tries: 0,
});

/** Why an address is not mailed, however it was asked for. Whoever unsubscribed from the mails of rules is. */
const obstacleTo = (address: EmailAddress, config: RoutingConfig | undefined) => {
  if (!isInDomains(address, config?.recipientDomains ?? [])) return "domain-not-allowed" as const;
  const standing = config && standingIn(config.suppressed, address);
  return standing === "suppressed" ? standing : undefined;
};

const reasonOf = (outcomes: readonly RecipientOutcome[]): string => {
  const people = `${outcomes.length} ${outcomes.length === 1 ? "addressee" : "addressees"}`;
  return [
    `Asked for directly, for ${people}.`,
    ...leftOut(outcomes, "domain-not-allowed", "outside the domains that may be mailed"),
    ...leftOut(outcomes, "suppressed", "on the suppression list"),
  ].join(" ");
};

const leftOut = (outcomes: readonly RecipientOutcome[], outcome: RecipientOutcome, where: string): string[] => {
  const count = outcomes.filter((one) => one === outcome).length;
  return count === 0 ? [] : [`${count} of them ${count === 1 ? "is" : "are"} ${where}.`];
};
