import { describe, expect, test } from "vitest";
import { startApi } from "../fakes/api.ts";

const RULE = { name: "Deployments", events: ["PipelineFailed"], recipients: { groups: ["oncall"] } };

/** The API with the scope `acme`, whose rule `deploys` can be put. */
const start = async () => {
  const api = startApi();
  await api.call("putScope", { scope: "acme", groups: "[system:admin]", body: {} });
  const at = { scope: "acme", id: "deploys", groups: "[acme:editor]" };
  return {
    put: (parts: object) => api.call("putRule", { ...at, body: { ...RULE, ...parts } }),
    get: () => api.call("getRule", at),
  };
};

describe("a rule", () => {
  test("is answered with everything it was given", async () => {
    const { put, get } = await start();
    const parts = {
      pipelines: ["build-*"],
      branches: ["main"],
      filter: { $or: [{ branch: ["main"] }, { data: { team: [{ exists: false }] } }] },
      when: "changed",
      template: "deploys",
      digest: { window: "PT15M", by: "pipeline" },
      quietHours: { from: "22:00", to: "07:00", timezone: "Europe/Berlin" },
      mute: { until: "2026-12-01T08:00:00.000Z" },
    };

    const created = await put(parts);

    expect(created.status).toBe(201);
    expect((await get()).body).toMatchObject({ ...RULE, ...parts, recipients: { emails: [], groups: ["oncall"] } });
  });

  test("is refused with a filter that EventBridge would refuse, at the place of the mistake", async () => {
    const { put, get } = await start();

    const answer = await put({ filter: { pipeline: { id: [{ prefix: 5 }] }, branch: "main" } });

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      { path: "filter.pipeline.id[0].prefix", message: 'must be a string or {"equals-ignore-case": "text"}' },
      { path: "filter.branch", message: 'must be an array of values such as ["x"], or an object of fields' },
    ]);
    expect((await get()).status).toBe(404);
  });

  test("is refused with a digest, quiet hours or a mute that cannot be, each at its place", async () => {
    const { put } = await start();

    const answer = await put({
      digest: { window: "P2D" },
      quietHours: { from: "22:00", to: "07:00", timezone: "Mars/Olympus" },
      mute: { until: "tomorrow" },
    });

    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual([
      "digest.window",
      "quietHours.timezone",
      "mute.until",
    ]);
  });
});
