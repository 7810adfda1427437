import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { localClientConfig } from "../../../local/aws/client-config.ts";
import { openSecretStore } from "../../../local/aws/secret-store.ts";
import { secretsManagerListener } from "../../../local/aws/secrets-manager.ts";
import { type LocalServer, listen } from "../../../local/http-server.ts";

const PLACE = { region: "us-east-1", accountId: "000000000000", sqsUrl: "", apiUrl: "" };
const token = (n: number): string => `0000000000000000000000000000000${n}`;

let folder: string;
let file: string;
let server: LocalServer;
let client: SecretsManagerClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "secrets-"));
  file = join(folder, "secrets.json");
  server = await listen();
  server.serve(secretsManagerListener(openSecretStore(file), PLACE));
  client = new SecretsManagerClient({ ...localClientConfig(server.url), maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await server.stop();
  await rm(folder, { recursive: true });
});

const create = (SecretString?: string) => client.send(new CreateSecretCommand({ Name: "tidings/acme", SecretString }));
const get = (which: { VersionId?: string; VersionStage?: string; SecretId?: string } = {}) =>
  client.send(new GetSecretValueCommand({ SecretId: "tidings/acme", ...which }));
const put = (SecretString: string, more: { ClientRequestToken?: string; VersionStages?: string[] } = {}) =>
  client.send(new PutSecretValueCommand({ SecretId: "tidings/acme", SecretString, ...more }));

describe("the local Secrets Manager", () => {
  test("gives back what was put in, by name, by ARN and by ARN without its suffix", async () => {
    const { ARN = "" } = await create("one");

    const answers = await Promise.all(
      ["tidings/acme", ARN, ARN.slice(0, -7)].map(async (SecretId) => (await get({ SecretId })).SecretString),
    );

    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:tidings\/acme-[A-Za-z]{6}$/);
    expect(answers).toEqual(["one", "one", "one"]);
  });

  test("keeps the former value as AWSPREVIOUS", async () => {
    await create("one");
    await put("two");

    const current = await get();
    const previous = await get({ VersionStage: "AWSPREVIOUS" });

    expect(current).toMatchObject({ SecretString: "two", VersionStages: ["AWSCURRENT"] });
    expect(previous.SecretString).toBe("one");
    expect(current.CreatedDate).toBeInstanceOf(Date);
  });

  test("moves a custom label and leaves the current value alone", async () => {
    await create("one");
    await put("two", { VersionStages: ["PENDING"] });
    await put("three", { VersionStages: ["PENDING"] });

    expect((await get()).SecretString).toBe("one");
    expect((await get({ VersionStage: "PENDING" })).SecretString).toBe("three");
  });

  test("takes the same token with the same value once, and refuses it with another", async () => {
    await create("one");

    await put("two", { ClientRequestToken: token(1) });
    await put("two", { ClientRequestToken: token(1) });
    const conflict = put("three", { ClientRequestToken: token(1) });

    await expect(conflict).rejects.toMatchObject({ name: "ResourceExistsException" });
    const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId: "tidings/acme" }));
    expect(Versions).toHaveLength(2);
    expect((await get({ VersionId: token(1) })).SecretString).toBe("two");
  });

  test("creates a secret without a value, which then cannot be read", async () => {
    await create();

    await expect(get()).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });

  test("updates value and description", async () => {
    await create("one");

    await client.send(new UpdateSecretCommand({ SecretId: "tidings/acme", SecretString: "two", Description: "new" }));

    expect((await get()).SecretString).toBe("two");
    const description = await client.send(new DescribeSecretCommand({ SecretId: "tidings/acme" }));
    expect(description).toMatchObject({ Name: "tidings/acme", Description: "new" });
    expect(
      Object.values(description.VersionIdsToStages ?? {})
        .flat()
        .sort(),
    ).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
  });

  test("keeps a scheduled deletion from being read until the secret is restored", async () => {
    await create("one");

    await client.send(new DeleteSecretCommand({ SecretId: "tidings/acme" }));

    await expect(get()).rejects.toMatchObject({ name: "InvalidRequestException" });
    await expect(create("two")).rejects.toMatchObject({ name: "InvalidRequestException" });
    await client.send(new RestoreSecretCommand({ SecretId: "tidings/acme" }));
    expect((await get()).SecretString).toBe("one");
  });

  test("forgets a secret that is deleted without recovery", async () => {
    await create("one");

    await client.send(new DeleteSecretCommand({ SecretId: "tidings/acme", ForceDeleteWithoutRecovery: true }));

    await expect(get()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect((await create("two")).VersionId).toBeDefined();
    const { SecretList } = await client.send(new ListSecretsCommand());
    expect(SecretList).toHaveLength(1);
  });

  test.each([
    { title: "a secret that exists", call: () => create("two"), name: "ResourceExistsException" },
    { title: "a label nobody has", call: () => get({ VersionStage: "NONE" }), name: "ResourceNotFoundException" },
    { title: "a value that is too large", call: () => put("x".repeat(65_537)), name: "InvalidParameterException" },
    {
      title: "a token that is too short",
      call: () => put("x", { ClientRequestToken: "short" }),
      name: "InvalidParameterException",
    },
  ])("refuses $title", async ({ call, name }) => {
    await create("one");

    await expect(call()).rejects.toMatchObject({ name });
  });

  test("keeps secrets in a file that only its owner can read", async () => {
    await create("one");

    const reopened = openSecretStore(file);

    expect(Object.values(reopened.find("tidings/acme")?.versions ?? {})).toMatchObject([{ SecretString: "one" }]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
