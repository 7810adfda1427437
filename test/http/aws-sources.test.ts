import { describe, expect, test } from "vitest";
import { startWorld } from "../fakes/world.ts";

const ADMIN = "[acme:admin]";

const BODY = { name: "Builds", pattern: { source: ["aws.codebuild"], detail: { "project-name": ["api"] } } };

describe("registrations of AWS events", () => {
  test("are put, read, listed and deleted by an administrator", async () => {
    const api = await startWorld();
    const at = { scope: "acme.eng", id: "builds", groups: ADMIN };

    const put = await api.call("putAwsSource", { ...at, body: BODY });
    const got = await api.call("getAwsSource", at);
    const listed = await api.call("listAwsSources", at);
    const deleted = await api.call("deleteAwsSource", at);

    expect(put).toMatchObject({
      status: 201,
      body: { ...BODY, enabled: true, id: "builds", scope: "acme.eng", version: 1 },
    });
    expect(got.body).toEqual(put.body);
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toContain("builds");
    expect(deleted.status).toBe(204);
    expect((await api.call("getAwsSource", at)).status).toBe(404);
  });

  test("keep their scope from being deleted", async () => {
    const api = await startWorld();
    const admin = { groups: "[system:admin]" };
    await api.call("putScope", { ...admin, scope: "acme.eng.ci", body: { name: "CI" } });
    await api.call("putAwsSource", { ...admin, scope: "acme.eng.ci", id: "builds", body: BODY });

    const answered = await api.call("deleteScope", { ...admin, scope: "acme.eng.ci" });

    expect(answered).toMatchObject({ status: 409, body: { detail: expect.stringContaining("AWS sources") } });
  });

  test("are not for the root, which has no events", async () => {
    const api = await startWorld();

    const answered = await api.call("putAwsSource", {
      scope: "system",
      id: "all",
      groups: "[system:admin]",
      body: BODY,
    });

    expect(answered).toMatchObject({ status: 409, body: { code: "conflict" } });
  });

  test.each([
    [{ source: ["aws.codebuild"], detail: { "project-name": "api" } }, "pattern.detail.project-name"],
    [{ source: ["aws.codebuild"], detail: { "project-name": [{ prefx: "a" }] } }, "pattern.detail.project-name[0]"],
    [{ "detail-type": ["CodeBuild Build State Change"] }, "pattern.source"],
    [{ source: [{ prefix: "aws." }] }, "pattern.source[0]"],
    [{ source: ["aws.codebuild", "aws.s3"] }, "pattern.source[1]"],
    [{ source: ["acme.ci"] }, "pattern.source[0]"],
    [{ $or: [{ source: ["aws.codebuild"] }, { source: ["aws.s3"] }] }, "pattern.source"],
    [{ source: ["aws.codebuild"], detail: { phase: [1e300] } }, "pattern.detail.phase[0]"],
    [{ source: ["aws.codebuild"], detail: { "": ["x"] } }, "pattern.detail"],
    [{}, "pattern"],
    ["source", "pattern"],
    [undefined, "pattern"],
  ])("with the pattern %j are refused at %s", async (pattern, path) => {
    const api = await startWorld();

    const answered = await api.call("putAwsSource", {
      scope: "acme",
      id: "x",
      groups: ADMIN,
      body: { ...BODY, pattern },
    });

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ path: expect.stringContaining(path) }] } });
  });
});
