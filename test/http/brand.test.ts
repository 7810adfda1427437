import { describe, expect, test } from "vitest";
import { startApi } from "../fakes/api.ts";

const EDITOR = "[acme:editor]";

const startWithScopes = async () => {
  const api = startApi();
  for (const scope of ["acme", "acme.eng"]) await api.call("putScope", { scope, groups: "[system:admin]", body: {} });
  return api;
};

describe("a brand", () => {
  test("is set, read, and reset", async () => {
    const api = await startWithScopes();
    const body = {
      name: "Acme",
      logoUrl: "https://acme.example/logo.png",
      color: "#0B5FFF",
      footer: "Acme Ltd, Vienna",
      locale: "de-at",
      timezone: "Europe/Vienna",
    };

    const created = await api.call("putBrand", { scope: "acme", groups: EDITOR, body });
    const read = await api.call("getBrand", { scope: "acme", groups: EDITOR });
    const deleted = await api.call("deleteBrand", { scope: "acme", groups: EDITOR });
    const gone = await api.call("getBrand", { scope: "acme", groups: EDITOR });

    expect([created.status, created.headers.etag, deleted.status, gone.status]).toEqual([201, '"1"', 204, 404]);
    expect(read.body).toMatchObject({ ...body, locale: "de-AT", scope: "acme", version: 1 });
    expect(gone.body.detail).toContain("?effective=true");
  });

  test("in force is the nearest upwards, up to that of system, without telling who set it", async () => {
    const api = await startWithScopes();
    const effective = async (scope: string) =>
      (await api.call("getBrand", { scope, groups: "[acme:viewer]", query: { effective: "true" } })).body;
    await api.call("putBrand", { scope: "system", groups: "[system:admin]", body: { name: "Platform" } });

    const fromSystem = await effective("acme.eng");
    await api.call("putBrand", { scope: "acme", groups: EDITOR, body: { name: "Acme" } });

    expect(fromSystem).toEqual({ scope: "system", name: "Platform", inheritedFrom: "system" });
    expect(await effective("acme.eng")).toEqual({ scope: "acme", name: "Acme", inheritedFrom: "acme" });
    expect(await effective("acme")).toEqual({ scope: "acme", name: "Acme", inheritedFrom: null });
  });

  test("in force is none when nobody set one", async () => {
    const api = await startWithScopes();

    const answered = await api.call("getBrand", { scope: "acme", groups: EDITOR, query: { effective: "true" } });

    expect([answered.status, answered.body.detail]).toEqual([404, 'No brand is in force at "acme".']);
  });

  test("is changed only in the version that was read", async () => {
    const api = await startWithScopes();
    await api.call("putBrand", { scope: "acme", groups: EDITOR, body: { name: "One" } });
    const headers = { "if-match": '"99"' };

    const late = await api.call("putBrand", { scope: "acme", groups: EDITOR, body: { name: "Two" }, headers });
    const lateReset = await api.call("deleteBrand", { scope: "acme", groups: EDITOR, headers });

    expect([late.status, lateReset.status]).toEqual([412, 412]);
  });

  test.each([
    [{ logoUrl: "http://acme.example/logo.png" }, "logoUrl"],
    [{ logoUrl: "javascript:alert(1)" }, "logoUrl"],
    [{ logoUrl: "https://user:password@acme.example/" }, "logoUrl"],
    [{ logoUrl: `https://acme.example/${"x".repeat(2_048)}` }, "logoUrl"],
    [{ color: "red" }, "color"],
    [{ color: "#fff" }, "color"],
    [{ color: "#12345g" }, "color"],
    [{ footer: "two\nlines" }, "footer"],
    [{ footer: "x".repeat(301) }, "footer"],
    [{ name: "" }, "name"],
    [{ locale: "not a language" }, "locale"],
    [{ timezone: "Mars/Base" }, "timezone"],
    [{ timezone: "+02:00" }, "timezone"],
    [{ theme: "dark" }, "theme"],
  ])("that is wrong is refused: %j", async (body, path) => {
    const api = await startWithScopes();

    const refused = await api.call("putBrand", { scope: "acme", groups: EDITOR, body });

    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((one: { path: string }) => one.path)).toEqual([path]);
  });
});
