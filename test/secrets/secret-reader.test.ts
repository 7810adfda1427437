import {
  type GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "vitest";
import { createSecretReader } from "../../shared/secrets/secret-reader.ts";
import { scopeOf } from "../fakes/builders.ts";

const ACME = scopeOf("acme");

const VALUE = { v: 1, kind: "password", secret: "hunter2", binding: "b" };

/** A Secrets Manager that answers as told and remembers what it was asked. */
const createClient = (answer: (asked: string) => string | undefined | Promise<string | undefined>) => {
  const asked: string[] = [];
  const send = async ({ input }: GetSecretValueCommand) => {
    const name = `${input.SecretId} ${input.VersionId}`;
    asked.push(name);
    return { SecretString: await answer(name), $metadata: {} };
  };
  return { asked, reader: createSecretReader({ send: send as SecretsManagerClient["send"] }, "tidings") };
};

const notFound = () => new ResourceNotFoundException({ message: "no such secret", $metadata: {} });

describe("the secret reader", () => {
  test("reads a scope's secret by its version", async () => {
    const { reader, asked } = createClient(() => JSON.stringify(VALUE));

    expect(await reader.read(scopeOf("acme.eng"), "v7")).toMatchObject({ secret: "hunter2", binding: "b" });
    expect(asked).toEqual(["tidings/acme.eng v7"]);
  });

  test("asks once for each version, also when many ask at the same moment", async () => {
    const { reader, asked } = createClient(() => JSON.stringify(VALUE));

    await Promise.all([reader.read(ACME, "v1"), reader.read(ACME, "v1"), reader.read(ACME, "v2")]);
    await reader.read(ACME, "v1");

    expect(asked).toEqual(["tidings/acme v1", "tidings/acme v2"]);
  });

  test("never mixes up scopes whose names and versions run together", async () => {
    const { reader } = createClient((asked) => JSON.stringify({ ...VALUE, secret: asked }));

    const one = await reader.read(scopeOf("acme"), "b/v1");
    const other = await reader.read(scopeOf("acme.b"), "v1");

    expect(one?.secret).toBe("tidings/acme b/v1");
    expect(other?.secret).toBe("tidings/acme.b v1");
  });

  test("answers undefined for a version that does not exist, and asks again the next time", async () => {
    let exists = false;
    const { reader } = createClient(() => {
      if (!exists) throw notFound();
      return JSON.stringify(VALUE);
    });

    expect(await reader.read(ACME, "v1")).toBeUndefined();
    exists = true;
    expect(await reader.read(ACME, "v1")).toMatchObject({ secret: "hunter2" });
  });

  test.each([
    undefined,
    "",
    "hunter2",
    "{}",
    JSON.stringify({ ...VALUE, v: 2 }),
    JSON.stringify({ ...VALUE, secret: 1 }),
  ])("answers undefined for a value none of our functions wrote: %j", async (text) => {
    const { reader } = createClient(() => text);

    expect(await reader.read(ACME, "v1")).toBeUndefined();
  });

  test("throws when Secrets Manager fails, keeps nothing of it, and asks again the next time", async () => {
    let broken = true;
    const { reader, asked } = createClient(() => {
      if (broken) throw new Error("throttled");
      return JSON.stringify(VALUE);
    });

    const reads = await Promise.allSettled([reader.read(ACME, "v1"), reader.read(ACME, "v1")]);
    broken = false;

    expect(reads.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await reader.read(ACME, "v1")).toMatchObject({ secret: "hunter2" });
    expect(asked).toHaveLength(2);
  });

  test("keeps 500 versions and lets the oldest go", async () => {
    const { reader, asked } = createClient(() => JSON.stringify(VALUE));
    for (let version = 0; version <= 500; version += 1) await reader.read(ACME, `v${version}`);
    asked.length = 0;

    await reader.read(ACME, "v1");
    await reader.read(ACME, "v0");

    expect(asked).toEqual(["tidings/acme v0"]);
  });
});
