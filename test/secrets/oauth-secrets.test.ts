import {
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "vitest";
import { createOAuthSecrets } from "../../shared/secrets/oauth-secrets.ts";
import { scopeOf } from "../fakes/builders.ts";

const details = { message: "as AWS words it", $metadata: {} };

/** Puts tokens with a client that fails as told, and answers what was sent. */
const put = async (failure?: Error) => {
  const sent: string[] = [];
  const send = async (command: object) => {
    sent.push(command.constructor.name);
    if (failure !== undefined) throw failure;
    return { $metadata: {} };
  };
  const client = { send: send as SecretsManagerClient["send"] };
  const value = { secret: "token", binding: "b" };
  return { versionId: await createOAuthSecrets(client, "tidings/oauth").put(scopeOf("acme"), "tokens", value), sent };
};

describe("the OAuth secrets of a scope", () => {
  test("get tokens as a version of their own", async () => {
    const { versionId, sent } = await put();

    expect(versionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(sent).toEqual([PutSecretValueCommand.name]);
  });

  test.each([new ResourceNotFoundException(details), new InvalidRequestException(details)])(
    "are never made anew for them when they were deleted (%s)",
    async (failure) => {
      const { versionId, sent } = await put(failure);

      expect(versionId).toBeUndefined();
      expect(sent).toEqual([PutSecretValueCommand.name]);
    },
  );

  test("pass on failures they have no answer to", async () => {
    await expect(put(new Error("no network"))).rejects.toThrow("no network");
  });
});
