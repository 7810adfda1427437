import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AmbiguousPolicy } from "../../shared/domain/mail-settings.ts";
import type { DeliverDeps } from "../../shared/flow/deliver.ts";
import type { NotifyDeps } from "../../shared/flow/notify.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createEventStore } from "../../shared/store/event-store.ts";
import { aRule, scopeOf, settingsOf } from "../fakes/builders.ts";
import { fixedRouting } from "../fakes/fixed-config.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { createIntake } from "../flow/intake-in-memory.ts";
import { createSender } from "../flow/sender-in-memory.ts";
import { RECIPIENTS } from "./path-in-memory.ts";

/** What processes need to know to work on the same path. */
export interface SharedPath {
  /** Endpoint of the DynamoDB that has the table `deliveries`. */
  readonly endpoint: string;
  /** Folder of what has left a process: a file of jobs, and one of mails. */
  readonly folder: string;
  readonly policy: AmbiguousPolicy;
  /** The time of this process, ISO-8601. */
  readonly now: string;
}

const RETENTION_DAYS = 90;

/**
 * From event to mail on tables of another process. What leaves is written at once: it has happened, even if this
 * process ends with the next statement.
 */
export const createSharedPath = ({ endpoint, folder, policy, now }: SharedPath) => {
  const client = createDocumentClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const table = { client, name: "deliveries" };
  const events = createEventStore(table, RETENTION_DAYS);
  const file = (name: "jobs" | "mails") => join(folder, name);
  const append = (name: "jobs" | "mails", line: string) => appendFileSync(file(name), `${line}\n`);
  const linesOf = (name: "jobs" | "mails"): string[] =>
    existsSync(file(name)) ? readFileSync(file(name), "utf8").trimEnd().split("\n") : [];
  const clock = () => new Date(now);

  const intake: NotifyDeps = createIntake({
    events,
    config: fixedRouting({
      scopes: [scopeOf("acme")],
      rules: [aRule({ recipients: { emails: RECIPIENTS, groups: [] } })],
    }),
    outbox: {
      send: async (jobs) => {
        for (const job of jobs) append("jobs", JSON.stringify(job));
        return [];
      },
    },
    now: clock,
  }).deps;
  const sender: DeliverDeps = createSender({
    settings: [settingsOf("acme", { onAmbiguous: policy })],
    script: ({ mail }) => {
      append("mails", mail.deliveryId);
      return ACCEPTED;
    },
    deps: { deliveries: createDeliveryStore(table, RETENTION_DAYS), events, now: clock },
  }).deps;
  return {
    table,
    intake,
    sender,
    jobs: () => linesOf("jobs"),
    mails: () => linesOf("mails"),
    stop: () => client.destroy(),
  };
};
