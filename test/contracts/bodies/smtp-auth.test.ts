import { describe, expect, test } from "vitest";
import { smtpAuth } from "../../../shared/contracts/bodies/smtp-auth.ts";
import { parseBody } from "../../../shared/contracts/parse-body.ts";
import { issuesOf } from "../issues-of.ts";

const DIRECTORY = "11111111-2222-3333-4444-555555555555";

const google = (parts: object = {}) => ({
  type: "oauth2",
  username: "ci@acme.example",
  issuer: "google",
  clientId: "client-1",
  ...parts,
});

const microsoft = (parts: object = {}) => google({ issuer: "microsoft", directoryId: DIRECTORY, ...parts });

describe("OAuth 2.0 login", () => {
  test.each([
    { title: "Google with consent", body: google(), grant: "authorization_code", directoryId: null },
    {
      title: "a Google service account",
      body: google({ grant: "service_account" }),
      grant: "service_account",
      directoryId: null,
    },
    {
      title: "Google with an empty directory",
      body: google({ directoryId: "" }),
      grant: "authorization_code",
      directoryId: null,
    },
    { title: "Microsoft with consent", body: microsoft(), grant: "authorization_code", directoryId: DIRECTORY },
    {
      title: "a Microsoft application",
      body: microsoft({ grant: "client_credentials" }),
      grant: "client_credentials",
      directoryId: DIRECTORY,
    },
    {
      title: "a directory by its domain",
      body: microsoft({ directoryId: "Acme.OnMicrosoft.com" }),
      grant: "authorization_code",
      directoryId: "acme.onmicrosoft.com",
    },
  ])("takes $title", ({ body, grant, directoryId }) => {
    const login = parseBody(smtpAuth, body);

    expect(login).toEqual({ ...body, grant, directoryId });
  });

  test.each([
    {
      body: google({ grant: "client_credentials" }),
      issues: [
        'grant: is not offered by google: choose "authorization_code", or "service_account" for a Google Workspace mailbox',
      ],
    },
    {
      body: microsoft({ grant: "service_account" }),
      issues: [
        'grant: is not offered by microsoft: choose "authorization_code", or "client_credentials" for the application itself',
      ],
    },
    {
      body: google({ directoryId: DIRECTORY }),
      issues: ["directoryId: is Microsoft's: leave it out with the issuer google"],
    },
    {
      body: microsoft({ grant: "service_account", directoryId: null }),
      issues: [
        'grant: is not offered by microsoft: choose "authorization_code", or "client_credentials" for the application itself',
        "directoryId: is required with the issuer microsoft: the directory (tenant) id of the registered application",
      ],
    },
    {
      body: microsoft({ directoryId: "common" }),
      issues: [
        'directoryId: must be the directory\'s id (a GUID) or one of its domains: must have at least two parts joined by a dot, such as "example.org"',
      ],
    },
    { body: google({ username: "ci" }), issues: ['username: must have exactly one "@", such as "ada@example.org"'] },
    { body: google({ issuer: "yahoo" }), issues: ['issuer: must be "google" or "microsoft"'] },
    {
      body: google({ grant: "password" }),
      issues: ['grant: must be "authorization_code" or "client_credentials" or "service_account"'],
    },
    { body: google({ clientId: "" }), issues: ["clientId: must have at least 1 character"] },
    { body: google({ clientId: "x".repeat(256) }), issues: ["clientId: must have at most 255 characters"] },
    { body: google({ clientSecret: "c4n4ry" }), issues: ["clientSecret: is not a known field: leave it out"] },
    {
      body: { type: "oauth2", username: "ci@a.example", clientId: "x" },
      issues: ['issuer: must be "google" or "microsoft"'],
    },
  ])("refuses $body with what would be right", ({ body, issues }) => {
    expect(issuesOf(smtpAuth, body)).toEqual(issues);
  });
});
