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
import { SECRET_KINDS } from "../../shared/domain/mail-settings.ts";
import { parseScope, type Scope } from "../../shared/domain/scope.ts";
import { createSecretWriter } from "../../shared/secrets/secret-writer.ts";

const ACME = parseScope("acme") as Scope;

const PREFIXES = { mail: "tidings/mail", oauth: "tidings/oauth" };

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

    const versionId = await createSecretWriter(client, PREFIXES).put(ACME, "password", VALUE);

    expect(sent).toEqual([
      {
        name: PutSecretValueCommand.name,
        input: {
          SecretId: "tidings/mail/acme",
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

    await createSecretWriter(client, PREFIXES).put(ACME, "apiKey", VALUE);

    expect(sent.map(({ name }) => name)).toEqual([
      PutSecretValueCommand.name,
      CreateSecretCommand.name,
      PutSecretValueCommand.name,
    ]);
    expect(sent[1]?.input).not.toHaveProperty("SecretString");
  });

  test("goes on when another writer made the secret first", async () => {
    const { client, sent } = createClient(new ResourceNotFoundException(details), new ResourceExistsException(details));

    const versionId = await createSecretWriter(client, PREFIXES).put(ACME, "apiKey", VALUE);

    expect(sent.at(-1)?.input.ClientRequestToken).toBe(versionId);
  });

  test.each([
    { title: "putting", failures: [new InvalidRequestException(details)] },
    { title: "creating", failures: [new ResourceNotFoundException(details), new InvalidRequestException(details)] },
  ])("asks for patience when $title meets a deletion under way", async ({ failures }) => {
    const { client } = createClient(...failures);

    const put = createSecretWriter(client, PREFIXES).put(ACME, "apiKey", VALUE);

    await expect(put).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Try again") });
  });

  test("passes on failures it has no answer to", async () => {
    const { client } = createClient(new Error("no network"));

    const put = createSecretWriter(client, PREFIXES).put(ACME, "apiKey", VALUE);

    await expect(put).rejects.toThrow("no network");
  });

  test.each(SECRET_KINDS)("keeps %s where only those can read it who need it", async (kind) => {
    const { client, sent } = createClient();

    await createSecretWriter(client, PREFIXES).put(ACME, kind, VALUE);

    const readBy = kind === "clientSecret" || kind === "serviceAccountKey" ? "oauth" : "mail";
    expect(sent[0]?.input.SecretId).toBe(`tidings/${readBy}/acme`);
  });

  test("deletes all of a scope's secrets at once and for good", async () => {
    const { client, sent } = createClient();

    await createSecretWriter(client, PREFIXES).remove(ACME);

    expect(sent).toEqual(
      ["tidings/mail/acme", "tidings/oauth/acme"].map((SecretId) => ({
        name: DeleteSecretCommand.name,
        input: { SecretId, ForceDeleteWithoutRecovery: true },
      })),
    );
  });

  test("goes on to the other secrets when some are not there", async () => {
    const { client, sent } = createClient(new ResourceNotFoundException(details));

    await createSecretWriter(client, PREFIXES).remove(ACME);

    expect(sent).toHaveLength(2);
  });
});
