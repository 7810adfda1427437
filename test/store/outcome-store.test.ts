import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PipelineEvent } from "../../shared/domain/event.ts";
import type { Tenant } from "../../shared/domain/scope.ts";
import type { OutcomeStore } from "../../shared/flow/ports.ts";
import { createOutcomeStore } from "../../shared/store/outcome-store.ts";
import { anEvent, later, NOW, scopeOf, tenantNamed } from "../fakes/builders.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { createMemoryOutcomeStore } from "../fakes/memory-outcome-store.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const RECEIVED = later(86_400).toISOString();

let tenants = 0;

/** A tenant no other test has seen: all tests share one table. */
const aTenant = (): Tenant => {
  tenants += 1;
  return tenantNamed(`tenant-${tenants}`);
};

/** A run of the pipeline that ended some minutes after noon. */
const run = (minute: number, type: string, different: Partial<PipelineEvent> = {}): PipelineEvent =>
  anEvent({ id: `e${minute}`, type, endedAt: later(minute * 60).toISOString(), ...different });

describe.each([
  { title: "in the table", create: (): OutcomeStore => createOutcomeStore(tables.deliveries, 90) },
  { title: "in memory", create: (): OutcomeStore => createMemoryOutcomeStore() },
])("outcomes $title", ({ create }) => {
  test("answer the outcome before, by the time at which runs ended", async () => {
    const [store, tenant] = [create(), aTenant()];

    const before: unknown[] = [];
    for (const event of [
      run(1, "PipelineSuccess"),
      run(5, "PipelineFailed"),
      run(3, "PipelineFailed"),
      run(9, "PipelineSuccess"),
      run(5, "PipelineFailed"),
    ]) {
      before.push(await store.note(tenant, event, RECEIVED));
    }

    expect(before).toEqual([undefined, "succeeded", "succeeded", "failed", "succeeded"]);
  });

  test.each<[string, Partial<PipelineEvent>]>([
    ["another pipeline", { pipeline: { id: "other" } }],
    ["another branch", { branch: "dev" }],
    ["another scope", { scope: scopeOf("acme.eng") }],
    ["a stage of the pipeline", { type: "StageSuccess", stage: { id: "deploy" } }],
  ])("know nothing of %s", async (_, different) => {
    const [store, tenant] = [create(), aTenant()];
    await store.note(tenant, run(1, "PipelineFailed"), RECEIVED);

    expect(await store.note(tenant, run(2, "PipelineSuccess", different), RECEIVED)).toBeUndefined();
  });

  test("keep the stages of a pipeline apart", async () => {
    const [store, tenant] = [create(), aTenant()];
    const at = (minute: number, id: string) => run(minute, "StageFailed", { stage: { id } });
    await store.note(tenant, at(1, "build"), RECEIVED);

    expect(await store.note(tenant, at(2, "deploy"), RECEIVED)).toBeUndefined();
    expect(await store.note(tenant, at(3, "build"), RECEIVED)).toBe("failed");
  });

  test("keep tenants apart", async () => {
    const store = create();
    await store.note(aTenant(), run(1, "PipelineFailed"), RECEIVED);

    expect(await store.note(aTenant(), run(2, "PipelineSuccess"), RECEIVED)).toBeUndefined();
  });

  test("can be looked at without being noted", async () => {
    const [store, tenant] = [create(), aTenant()];
    await store.note(tenant, run(1, "PipelineFailed"), RECEIVED);

    expect(await store.peek(tenant, run(2, "PipelineSuccess"), RECEIVED)).toBe("failed");
    expect(await store.peek(tenant, run(3, "PipelineSuccess"), RECEIVED)).toBe("failed");
  });

  test("note nothing of an event that tells no end", async () => {
    const [store, tenant] = [create(), aTenant()];
    await store.note(tenant, run(1, "PipelineFailed"), RECEIVED);

    expect(await store.note(tenant, run(2, "PipelineEnd"), RECEIVED)).toBeUndefined();
    expect(await store.note(tenant, run(3, "PipelineSuccess"), RECEIVED)).toBe("failed");
  });

  test("lose none of those that are noted at the same time", async () => {
    const [store, tenant] = [create(), aTenant()];
    const types = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? "PipelineFailed" : "PipelineSuccess"));

    await Promise.all(types.map((type, minute) => store.note(tenant, run(minute, type), RECEIVED)));

    const after = (minute: number) => run(minute + 0.5, "PipelineSuccess", { id: "asked" });
    const seen = await Promise.all(types.map((_, minute) => store.peek(tenant, after(minute), RECEIVED)));
    expect(seen).toEqual(types.map((type) => (type === "PipelineFailed" ? "failed" : "succeeded")));
  });
});

test("an outcome costs one read and one write, and one that comes again only the read", async () => {
  const [store, tenant] = [createOutcomeStore(tables.deliveries, 90), aTenant()];
  const count = countRequests(tables.deliveries);

  await store.note(tenant, run(1, "PipelineFailed"), NOW.toISOString());
  await store.note(tenant, run(1, "PipelineFailed"), NOW.toISOString());
  await store.note(tenant, run(2, "PipelineStart"), NOW.toISOString());
  count.stop();

  expect(count.requests).toEqual(["GetItemCommand", "PutItemCommand", "GetItemCommand"]);
});
