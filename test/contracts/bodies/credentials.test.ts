import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { credentialsBody } from "../../../shared/contracts/bodies/credentials.ts";
import { parseBody } from "../../../shared/contracts/parse-body.ts";
import { SECRET_KINDS } from "../../../shared/domain/mail-settings.ts";
import { issuesOf } from "../issues-of.ts";

const KEY_FILE = JSON.stringify(
  {
    type: "service_account",
    client_email: "ci@acme.iam.gserviceaccount.com",
    private_key: "-----BEGIN PRIVATE KEY-----\n",
  },
  null,
  2,
);

const NO_KEY_FILE = "must be the text of a service account's JSON key file, with client_email and private_key";

describe("credentials body", () => {
  test.each([
    { password: " p4ss wörd " },
    { apiKey: "SG.x" },
    { password: "a", apiKey: "b" },
    { proxyPassword: "p:q@r" },
    { clientSecret: "x".repeat(2048) },
    { serviceAccountKey: KEY_FILE },
  ])("takes %j as it is", (body) => {
    const credentials = parseBody(credentialsBody, body);

    expect(credentials).toEqual(body);
  });

  test.each([
    { body: {}, issue: ": must have at least one of password, apiKey, proxyPassword, clientSecret, serviceAccountKey" },
    { body: { password: "" }, issue: "password: must have at least 1 character" },
    { body: { password: 1 }, issue: "password: must be a text" },
    { body: { password: null }, issue: "password: must be a text" },
    { body: { apiKey: "x\r\ny" }, issue: "apiKey: must be one line, without NUL" },
    { body: { apiKey: "x\0" }, issue: "apiKey: must be one line, without NUL" },
    { body: { apiKey: "x".repeat(4097) }, issue: "apiKey: must have at most 4096 characters" },
    { body: { proxyPassword: "" }, issue: "proxyPassword: must have at least 1 character" },
    { body: { clientSecret: "x".repeat(2049) }, issue: "clientSecret: must have at most 2048 characters" },
    { body: { serviceAccountKey: "c4n4ry" }, issue: `serviceAccountKey: ${NO_KEY_FILE}` },
    { body: { serviceAccountKey: '{"client_email":"a@b.example"}' }, issue: `serviceAccountKey: ${NO_KEY_FILE}` },
    { body: { serviceAccountKey: JSON.parse(KEY_FILE) }, issue: "serviceAccountKey: must be a text" },
    { body: { token: "x" }, issue: "token: is not a known field: leave it out" },
  ])("refuses $body", ({ body, issue }) => {
    const issues = issuesOf(credentialsBody, body);

    expect(issues).toContain(issue);
  });

  test("never repeats a value, whatever is wrong with it", () => {
    const canary = "c4n4ry";
    const value = fc.oneof(
      fc.constantFrom(`${canary}\n`, [canary], canary.repeat(1000), [[canary]], { value: canary }),
      fc.string().map((text) => `${text}\0${canary}`),
    );

    fc.assert(
      fc.property(value, fc.constantFrom(...SECRET_KINDS, "secret"), (secret, field) => {
        const issues = issuesOf(credentialsBody, { [field]: secret });

        expect(issues).not.toEqual([]);
        expect(issues.join()).not.toContain(canary);
      }),
    );
  });
});
