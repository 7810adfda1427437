import { expect, test } from "vitest";
import { createDeliverHandler } from "../../functions/deliver/handler.ts";
import type { DeliverDeps } from "../../shared/flow/deliver.ts";
import { NOT_CONNECTED } from "../fakes/access-tokens.ts";
import { addressOf, aJob, NOW, settingsOf } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { contextWith, queueEventOf } from "../fakes/lambda.ts";
import { createMemoryDeliveryStore } from "../fakes/memory-delivery-store.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { plainMails } from "../fakes/plain-mails.ts";
import { plainSending } from "../fakes/plain-sending.ts";
import { createScriptedProviders } from "../fakes/scripted-providers.ts";

const createFunction = (config: DeliverDeps["config"] = fixedSending([settingsOf("acme")])) => {
  const deliveries = createMemoryDeliveryStore();
  const providers = createScriptedProviders();
  const sending = plainSending();
  const handler = createDeliverHandler({
    ...plainMails(),
    ...sending,
    config,
    deliveries,
    secrets: { read: async () => undefined },
    accessTokens: NOT_CONNECTED,
    providers,
    retry: { baseSeconds: 30, capSeconds: 600, giveUpHours: 48, feedbackSeconds: 600 },
    leaseSeconds: 30,
    sendDeadlineSeconds: 25,
    log: createMemoryLog(),
    now: () => NOW,
    random: () => 0.5,
  });
  return { handler, deliveries, metrics: sending.metrics, sent: providers.sent };
};

const jobTo = (name: string) => JSON.stringify(aJob({ recipient: addressOf(`${name}@acme.example`) }));

test("the deliver function answers no failures when every mail is on its way", async () => {
  const { handler, sent } = createFunction();

  const answer = await handler(queueEventOf(jobTo("ada"), jobTo("bob")), contextWith());

  expect(answer).toEqual({ batchItemFailures: [] });
  expect(sent.map(({ mail }) => mail.to)).toEqual(["ada@acme.example", "bob@acme.example"]);
});

test("the deliver function answers exactly the messages that must come again", async () => {
  const { handler, deliveries } = createFunction();
  await deliveries.claim(aJob(), "<id@acme.example>", "2026-11-20T12:00:30.000Z", NOW);

  const answer = await handler(queueEventOf(jobTo("bob"), "poison", jobTo("ada")), contextWith());

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }] });
});

test("the deliver function writes what it counted once for each batch, also for one that fails", async () => {
  const { handler, metrics } = createFunction();
  const broken = createFunction({ load: () => Promise.reject(new Error("the table is not there")) });

  await handler(queueEventOf(jobTo("ada"), jobTo("bob")), contextWith());
  await expect(broken.handler(queueEventOf(jobTo("ada")), contextWith())).rejects.toThrow("the table is not there");

  expect(metrics.written.map((written) => written.map(({ name }) => name))).toEqual([
    ["MailsAccepted", "AcceptanceTime", "MailsAccepted", "AcceptanceTime"],
  ]);
  expect(broken.metrics.written).toEqual([[{ name: "OwnFailures", value: 1 }]]);
});
