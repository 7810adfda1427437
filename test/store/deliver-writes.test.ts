import { afterAll, beforeAll, expect, test } from "vitest";
import { bindingFor } from "../../shared/domain/mail-settings.ts";
import { deliver } from "../../shared/flow/deliver.ts";
import { createLinkKeys } from "../../shared/secrets/link-keys.ts";
import { createSecretReader } from "../../shared/secrets/secret-reader.ts";
import { createBreakers } from "../../shared/store/breaker-store.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createRates } from "../../shared/store/rate-store.ts";
import { createSuppressionStore } from "../../shared/store/suppression-store.ts";
import { NOW, settingsOf, smtpTo } from "../fakes/builders.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { createSender } from "../flow/sender-in-memory.ts";
import { freshJob } from "./delivery-subjects.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const PROVIDER = smtpTo("smtp.acme.example", { auth: { type: "password", username: "ci" } });
const binding = bindingFor(PROVIDER, "password") ?? "";

test("a mail that goes through costs two writes, no read of the table and, once warm, no read of a secret", async () => {
  const secretReads: string[] = [];
  const secrets = createSecretReader(
    {
      send: async () => {
        secretReads.push("GetSecretValue");
        return { SecretString: JSON.stringify({ v: 1, secret: "s3cret", binding }) };
      },
    },
    "tidings/mail",
  );
  const linkKeys = createLinkKeys(
    {
      send: async () => {
        secretReads.push("GetSecretValue of the key of links");
        return { SecretString: "a key that is long enough for links to unsubscribe" };
      },
    },
    "key",
  );
  const sender = createSender({
    settings: [
      settingsOf(
        "acme",
        { provider: PROVIDER },
        { password: { versionId: "v1", updatedAt: NOW.toISOString(), binding } },
      ),
    ],
    deps: {
      secrets,
      linkKeys,
      deliveries: createDeliveryStore(tables.deliveries, 90),
      breakers: createBreakers(tables.deliveries, () => NOW),
      rates: createRates(tables.deliveries),
      suppressions: createSuppressionStore(tables.config),
    },
  });
  await sender.take(freshJob());
  expect(secretReads.toSorted()).toEqual(["GetSecretValue", "GetSecretValue of the key of links"]);
  const { requests, stop } = countRequests(tables.deliveries);
  secretReads.length = 0;

  const messages = Array.from({ length: 50 }, (_, index) => ({ id: `m${index}`, body: JSON.stringify(freshJob()) }));
  const again = await deliver(sender.deps, messages);
  stop();

  expect(again).toEqual([]);
  expect(sender.sent).toHaveLength(51);
  expect(sender.sent.every(({ mail }) => mail.unsubscribeUrl?.startsWith("https://"))).toBe(true);
  expect(requests).toEqual(Array(100).fill("UpdateItemCommand"));
  expect(secretReads).toEqual([]);
});
