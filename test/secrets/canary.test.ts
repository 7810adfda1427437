import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localClientConfig } from "../../local/aws/client-config.ts";
import { openSecretStore } from "../../local/aws/secret-store.ts";
import { secretsManagerListener } from "../../local/aws/secrets-manager.ts";
import { type LocalServer, listen } from "../../local/http-server.ts";
import type { ConfigStore } from "../../shared/admin/ports.ts";
import { ROUTES } from "../../shared/contracts/routes.ts";
import { createSecretWriter } from "../../shared/secrets/secret-writer.ts";
import { createAuditStore } from "../../shared/store/audit-store.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { type Answered, startApi } from "../fakes/api.ts";
import { GOOD_BODIES } from "../fakes/bodies.ts";
import { CANARIES, type Canary, canariesIn, SETTINGS_FOR } from "../fakes/canaries.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { createMemoryPublisher } from "../fakes/memory-publisher.ts";
import { createMemorySecrets } from "../fakes/memory-secrets.ts";

const ROOT = "[system:admin]";

const secretStore = openSecretStore();
let tables: Tables;
let secretsServer: LocalServer;
let secretsClient: SecretsManagerClient;

beforeAll(async () => {
  tables = await startTables();
  secretsServer = await listen();
  secretsServer.serve(
    secretsManagerListener(secretStore, { region: "us-east-1", accountId: "000000000000", sqsUrl: "", apiUrl: "" }),
  );
  secretsClient = new SecretsManagerClient({ ...localClientConfig(secretsServer.url), maxAttempts: 1 });
});

afterAll(async () => {
  secretsClient.destroy();
  await Promise.all([secretsServer.stop(), tables.stop()]);
});

/** What is out of order. */
type Broken = "secrets" | "notes" | "audit" | "bus" | undefined;

/** The API over real stores, each of which can be broken, with everything it ever said. */
const startWatchedApi = () => {
  let broken: Broken;
  const failing = async <T>(part: Broken, work: () => Promise<T>): Promise<T> => {
    if (part === broken) throw new Error(`${part} is out of order`);
    return work();
  };
  const plain = createConfigStore(tables.config);
  const audit = createAuditStore(tables.config);
  const publisher = createMemoryPublisher();
  const writer = createSecretWriter(secretsClient, { mail: "tidings/mail", oauth: "tidings/oauth" });
  const config: ConfigStore = {
    ...plain,
    settings: {
      ...plain.settings,
      noteSecret: (...args) => failing("notes", () => plain.settings.noteSecret(...args)),
    },
  };
  const api = startApi({
    config,
    audit: { ...audit, append: (entry) => failing("audit", () => audit.append(entry)) },
    publisher: { publish: (type, detail) => failing("bus", () => publisher.publish(type, detail)) },
    secrets: {
      ...createMemorySecrets(),
      ...writer,
      put: (...args) => failing("secrets", () => writer.put(...args)),
    },
  });
  const answers: Answered[] = [];
  const call: typeof api.call = async (...request) => {
    const answered = await api.call(...request);
    answers.push(answered);
    return answered;
  };
  const breakDown = (part: Broken) => {
    broken = part;
  };
  return { call, breakDown, answers, log: api.log, published: publisher.published };
};

type WatchedApi = ReturnType<typeof startWatchedApi>;

const scopeFor = ({ kind }: Canary) => `acme.${kind.toLowerCase()}`;

const settle = async (api: WatchedApi, canary: Canary) => {
  const scope = scopeFor(canary);
  await api.call("putScope", { scope: "acme", groups: ROOT, body: { name: "Acme" } });
  await api.call("putScope", { scope, groups: ROOT, body: { name: canary.kind } });
  return api.call("putMailSettings", { scope, groups: ROOT, body: SETTINGS_FOR[canary.kind] });
};

/**
 * Bodies that have a secret in them and are not what an operation takes. None has it among the addresses of a list:
 * those are named when they are wrong.
 */
const misfits = ({ kind, value }: Canary): object[] => [
  { [kind]: `${value}\nsecond line` },
  { [kind]: value.repeat(2_000) },
  { [kind]: [value] },
  { [kind]: { value } },
  { [kind]: value, extra: value },
  { ...GOOD_BODIES.putMailSettings, password: value },
  { from: { address: value }, provider: { kind: "smtp", host: value, auth: { type: "password", password: value } } },
  {
    ...GOOD_BODIES.putMailSettings,
    provider: { kind: "smtp", host: "a.example", proxy: { url: `http://u:${value}@p` } },
  },
  { ...GOOD_BODIES.putMailSettings, provider: { kind: value, apiKey: value } },
  { ...GOOD_BODIES.putGroup, members: [{ email: "ada@acme.example", password: value }] },
  { ...GOOD_BODIES.putRule, events: [value], recipients: { groups: [value] }, apiKey: value },
];

describe("twenty secrets through every endpoint", () => {
  test.each(CANARIES)("$kind $token is nowhere but in its secret", async (canary) => {
    const { kind, token, value } = canary;
    const api = startWatchedApi();
    const scope = scopeFor(canary);
    const at = { scope, id: "oncall", groups: ROOT };
    await settle(api, canary);

    const given = await api.call("putCredentials", { ...at, body: { [kind]: value } });
    for (const { operation } of ROUTES) {
      for (const body of misfits(canary)) await api.call(operation, { ...at, body });
      await api.call(operation, { ...at, rawBody: `{"${kind}": ${JSON.stringify(value)}` });
      await api.call(operation, { ...at, rawBody: JSON.stringify({ [kind]: value.repeat(20_000) }) });
      const query = { password: value, cursor: value, limit: value, effective: value, state: value, code: value };
      await api.call(operation, { ...at, query, headers: { authorization: value, "if-match": value } });
      await api.call(operation, { ...at, groups: "[globex:admin]", body: { [kind]: value } });
      await api.call(operation, { scope, body: { [kind]: value } });
    }
    await settle(api, canary);
    for (const part of ["secrets", "notes", "audit", "bus", undefined] as const) {
      api.breakDown(part);
      await api.call("putCredentials", { ...at, body: { [kind]: value } });
    }
    for (const { operation } of ROUTES.filter(({ method }) => method === "GET")) await api.call(operation, at);

    expect(given.status).toBe(200);
    expect(api.answers.some(({ status }) => status === 500)).toBe(true);
    expect(JSON.stringify([...secretStore.secrets.values()])).toContain(token);
    expect(canariesIn(api.answers.map(({ text, headers }) => [text, headers]))).toEqual([]);
    expect(canariesIn(api.log.lines)).toEqual([]);
    expect(canariesIn(api.published)).toEqual([]);
    const { Items } = await tables.config.client.send(new ScanCommand({ TableName: tables.config.name }));
    expect(Items?.length).toBeGreaterThan(5);
    expect(canariesIn(Items)).toEqual([]);
  });

  test("are found where they are, whatever hides them", () => {
    const [one, two, three, four] = CANARIES;
    const hidden = Object.defineProperty(new Error("x"), "cause", {
      value: { a: [{ b: two?.value }] },
      enumerable: false,
    });

    const found = canariesIn([
      `plain ${one?.value}`,
      hidden,
      Buffer.from(`\0ci\0${three?.value}`).toString("base64"),
      encodeURIComponent(four?.value ?? ""),
    ]);

    expect(found).toEqual([one, two, three, four].map((canary) => canary?.token));
  });
});
