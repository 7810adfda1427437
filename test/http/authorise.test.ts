import { describe, expect, test } from "vitest";
import { startWorld } from "../fakes/world.ts";

describe("groups claim", () => {
  test.each([
    { title: "as an HTTP API writes a list", claim: "[acme:viewer globex:viewer]" },
    { title: "a list", claim: ["acme:viewer", 7, null] },
    { title: "separated by commas", claim: "other, acme:viewer" },
    { title: "separated by blanks", claim: " other  acme:viewer " },
    { title: "one value", claim: "acme:viewer" },
    { title: "among values of others", claim: "[everyone nosuch:role acme:viewer a:b:c]" },
  ])("is read $title", async ({ claim }) => {
    const api = await startWorld();

    const answered = await api.call("getScope", { scope: "acme", claims: { "cognito:groups": claim } });

    expect(answered.status).toBe(200);
  });

  test.each([
    undefined,
    null,
    7,
    true,
    {},
    [],
    [["acme:viewer"]],
    "acme",
    "acme:",
    "acme:Viewer",
    ":viewer",
    "acme:viewer:x",
  ])("gives nothing when it is %j", async (claim) => {
    const api = await startWorld();

    const answered = await api.call("getScope", { scope: "acme", claims: { "cognito:groups": claim } });

    expect(answered.status).toBe(404);
  });
});

describe("who changed it", () => {
  test.each([
    { claims: { sub: "ada" }, by: "ada" },
    { claims: { sub: undefined, client_id: "robot" }, by: "robot" },
    { claims: { sub: "" }, by: "unknown" },
  ])("is $by for the claims $claims", async ({ claims, by }) => {
    const api = await startWorld();

    const answered = await api.call("putScope", { scope: "acme", groups: "[acme:admin]", claims, body: { name: "x" } });

    expect(answered.body.updatedBy).toBe(by);
  });
});
