import { shuffled } from "../faults/seeded-random.ts";
import type { PublishedEvent, RunningStack } from "../stack/running-stack.ts";
import type { Entry } from "./reckon.ts";

/** Who is told about the events of each tenant. */
export const TENANTS = [
  { tenant: "acme", recipients: ["ada@acme.example", "alan@acme.example"] },
  { tenant: "globex", recipients: ["grace@globex.example"] },
] as const;

/** Share of events that are published twice. */
const PUBLISHED_TWICE = 0.1;

/** Publishes events, some of them twice, in any order. Answers which mail should come of each. */
export const publishAll = async (stack: RunningStack, events: number, random: () => number): Promise<Entry[]> => {
  const numbers = Array.from({ length: events }, (_, number) => number);
  const again = numbers.filter(() => random() < PUBLISHED_TWICE);
  await stack.publish(shuffled(random, [...numbers, ...again]).map(toEvent));
  return numbers.flatMap((number) =>
    tenantOf(number).recipients.map((recipient) => ({ token: tokenOf(number), recipient })),
  );
};

const tokenOf = (number: number): string => `token-${String(number).padStart(6, "0")}`;

const tenantOf = (number: number): (typeof TENANTS)[number] => TENANTS[number % 2 === 0 ? 0 : 1];

const toEvent = (number: number): PublishedEvent => {
  const { tenant } = tenantOf(number);
  const token = tokenOf(number);
  return {
    source: `${tenant}.ledger`,
    detail: { id: token, scope: tenant, type: "PipelineFailed", pipeline: { id: token, name: token } },
  };
};
