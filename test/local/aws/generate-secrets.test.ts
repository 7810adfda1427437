import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generateSecrets } from "../../../local/aws/generate-secrets.ts";
import { openSecretStore, type SecretStore } from "../../../local/aws/secret-store.ts";

const PLACE = { region: "us-east-1", accountId: "000000000000", sqsUrl: "", apiUrl: "" };

const KEY = { name: "Tidings-Key", description: "A key", length: 64 };

const valueIn = (store: SecretStore, name = KEY.name): string | undefined =>
  Object.values(store.find(name)?.versions ?? {}).find(({ stages }) => stages.includes("AWSCURRENT"))?.SecretString;

test("the template's secrets have values that nobody chose, another one in each stack", () => {
  const stores = [openSecretStore(), openSecretStore()];

  for (const store of stores) generateSecrets(store, PLACE, [KEY, { ...KEY, name: "Short", length: 8 }]);

  const values = stores.map((store) => valueIn(store));
  expect(new Set(values).size).toBe(2);
  for (const value of values) expect(value).toMatch(/^[A-Za-z0-9]{64}$/);
  expect(stores.map((store) => valueIn(store, "Short")?.length)).toEqual([8, 8]);
});

test("the template's secrets are found by the ARN that the template gives the functions", () => {
  const store = openSecretStore();

  generateSecrets(store, PLACE, [KEY]);

  const found = store.find("arn:aws:secretsmanager:us-east-1:000000000000:secret:Tidings-Key");
  expect(found).toMatchObject({ name: "Tidings-Key", description: "A key" });
});

test("a secret that is kept in a file keeps its value when the stack starts again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "secrets-"));
  const start = () => {
    const store = openSecretStore(join(folder, "secrets.json"));
    generateSecrets(store, PLACE, [KEY]);
    return valueIn(store);
  };

  const [before, after] = [start(), start()];
  await rm(folder, { recursive: true });

  expect(before).toMatch(/^[A-Za-z0-9]{64}$/);
  expect(after).toBe(before);
});
