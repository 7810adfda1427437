import {
  CreateSecretCommand,
  DeleteSecretCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "vitest";
import { parseScope, type Scope } from "../../shared/domain/scope.ts";
import { createSecretWriter } from "../../shared/secrets/secret-writer.ts";

const ACME = parseScope("acme") as Scope;

const VALUE = { secret: "hunter2", binding: "sendgrid" };

const details = { message: "as AWS words it", $metadata: {} };

/** A client that fails as told, call by call, and remembers what it was asked. */
const createClient = (...failures: (Error | undefined)[]) => {
  const sent: { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  const send = async (command: { readonly input: object }) => {
    sent.push({ name: command.constructor.name, input: { ...command.input } });
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return { $metadata: {} };
  };
  return { sent, client: { send: send as SecretsManagerClient["send"] } };
};

describe("secret writer", () => {
  test("writes each kind as a version of its own that carries the kind as its label", async () => {
    const { client, sent } = createClient();

    const versionId = await createSecretWriter(client, "tidings").put(ACME, "password", VALUE);

    expect(sent).toEqual([
      {
        name: PutSecretValueCommand.name,
        input: {
          SecretId: "tidings/acme",
          ClientRequestToken: versionId,
          VersionStages: ["password"],
          SecretString: JSON.stringify({ v: 1, kind: "password", ...VALUE }),
        },
      },
    ]);
    expect(versionId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("makes the secret when there is none, and never asks for a value", async () => {
    const { client, sent } = createClient(new ResourceNotFoundException(details));

    await createSecretWriter(client, "tidings").put(ACME, "apiKey", VALUE);

    expect(sent.map(({ name }) => name)).toEqual([
      PutSecretValueCommand.name,
      CreateSecretCommand.name,
      PutSecretValueCommand.name,
    ]);
    expect(sent[1]?.input).not.toHaveProperty("SecretString");
  });

  test("goes on when another writer made the secret first", async () => {
    const { client, sent } = createClient(new ResourceNotFoundException(details), new ResourceExistsException(details));

    const versionId = await createSecretWriter(client, "tidings").put(ACME, "apiKey", VALUE);

    expect(sent.at(-1)?.input.ClientRequestToken).toBe(versionId);
  });

  test.each([
    { title: "putting", failures: [new InvalidRequestException(details)] },
    { title: "creating", failures: [new ResourceNotFoundException(details), new InvalidRequestException(details)] },
  ])("asks for patience when $title meets a deletion under way", async ({ failures }) => {
    const { client } = createClient(...failures);

    const put = createSecretWriter(client, "tidings").put(ACME, "apiKey", VALUE);

    await expect(put).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Try again") });
  });

  test("passes on failures it has no answer to", async () => {
    const { client } = createClient(new Error("no network"));

    const put = createSecretWriter(client, "tidings").put(ACME, "apiKey", VALUE);

    await expect(put).rejects.toThrow("no network");
  });

  test("deletes a scope's secrets at once and for good", async () => {
    const { client, sent } = createClient();

    await createSecretWriter(client, "tidings").remove(ACME);

    expect(sent).toEqual([
      { name: DeleteSecretCommand.name, input: { SecretId: "tidings/acme", ForceDeleteWithoutRecovery: true } },
    ]);
  });

  test("finds nothing wrong with deleting what is not there", async () => {
    const { client } = createClient(new ResourceNotFoundException(details));

    const removed = createSecretWriter(client, "tidings").remove(ACME);

    await expect(removed).resolves.toBeUndefined();
  });
});
