import { describe, expect, test } from "vitest";
import { type ReleaseDeps, release } from "../../shared/flow/release.ts";
import { addressOf, aJob, later, NOW } from "../fakes/builders.ts";
import { createMemoryDueIndex } from "../fakes/memory-due-index.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createMemoryMetrics } from "../fakes/memory-metrics.ts";
import { createRecordingOutbox } from "../fakes/recording-outbox.ts";

const jobFor = (name: string) => aJob({ recipient: addressOf(`${name}@acme.example`), tries: 1 });

const createRelease = (different: Partial<ReleaseDeps> = {}) => {
  const dueIndex = createMemoryDueIndex();
  const outbox = createRecordingOutbox();
  const log = createMemoryLog();
  const metrics = createMemoryMetrics();
  const deps: ReleaseDeps = { dueIndex, outbox, log, metrics, now: () => NOW, ...different };
  return { deps, dueIndex, outbox, log, metrics, run: (mayGoOn = () => true) => release(deps, mayGoOn) };
};

describe("release", () => {
  test("puts what is due within two minutes back into the outbox, earliest first, and nothing else", async () => {
    const { dueIndex, outbox, run } = createRelease();
    dueIndex.add(later(-10), jobFor("second"));
    dueIndex.add(later(121), jobFor("not-yet"));
    dueIndex.add(later(-20), jobFor("first"));
    dueIndex.add(NOW, jobFor("third"));

    const released = await run();

    expect(released).toBe(3);
    expect(outbox.jobs()).toEqual([jobFor("first"), jobFor("second"), jobFor("third")]);
  });

  test("has the queue keep back until their second what is due soon", async () => {
    const { dueIndex, outbox, run } = createRelease();
    dueIndex.add(later(-5), jobFor("overdue"));
    dueIndex.add(later(12.2), jobFor("soon"));

    await run();

    expect(["overdue", "soon"].map((name) => outbox.delayOf(jobFor(name)))).toEqual([0, 13]);
    expect(dueIndex.dueTimes().get(jobFor("soon").deliveryId)).toBe(later(913).toISOString());
  });

  test("counts what it puts back, and by how much the latest of it is late", async () => {
    const { dueIndex, metrics, run } = createRelease();
    dueIndex.add(later(-10), jobFor("late"));
    dueIndex.add(later(-95.5), jobFor("latest"));
    dueIndex.add(later(60), jobFor("soon"));

    await run();

    expect(metrics.sums()).toEqual({ MailsReleased: 3, ReleaseDelay: 95_500 });
  });

  test("counts as in time what is put back before its second", async () => {
    const { dueIndex, metrics, run } = createRelease();
    dueIndex.add(later(60), jobFor("soon"));

    await run();

    expect(metrics.sums()).toEqual({ MailsReleased: 1, ReleaseDelay: 0 });
  });

  test("does nothing when nothing is due", async () => {
    const { outbox, log, metrics, run } = createRelease();

    expect(await run()).toBe(0);
    expect(outbox.calls).toEqual([]);
    expect(log.lines).toEqual([]);
    expect(metrics.added).toEqual([]);
  });

  test("goes on until nothing is left, however much there is", async () => {
    const { dueIndex, outbox, run } = createRelease();
    for (let index = 0; index < 450; index += 1) dueIndex.add(later(-1), jobFor(`p${index}`));

    expect(await run()).toBe(450);
    expect(outbox.calls.map((jobs) => jobs.length)).toEqual(Array(9).fill(50));
  });

  test("puts ten thousand back in the order of their time, whatever cannot be read among them", async () => {
    const { dueIndex, outbox, run } = createRelease();
    for (let index = 0; index < 10_000; index += 1)
      dueIndex.add(later(((index * 7919) % 10_000) - 10_000), jobFor(`p${index}`));
    for (let index = 0; index < 10; index += 1) dueIndex.add(later(-index * 900), "unreadable");

    expect(await run()).toBe(10_000);

    const due = outbox.jobs().map(({ recipient }) => (Number(/\d+/.exec(recipient)?.[0]) * 7919) % 10_000);
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  });

  test("reaches what is behind entries that a trailing index still shows", async () => {
    const { deps, dueIndex, outbox } = createRelease();
    for (let index = 0; index < 1000; index += 1) dueIndex.add(later(index - 1000), jobFor(`p${index}`));
    const everything = await dueIndex.due(NOW, 1000);
    // Three looks in a row see nothing of what was taken meanwhile.
    let looks = 0;
    const trailing = async (time: Date, limit: number) => {
      looks += 1;
      return looks <= 4 ? everything.slice(0, limit) : dueIndex.due(time, limit);
    };

    const released = await release({ ...deps, dueIndex: { ...dueIndex, due: trailing } }, () => true);

    expect(released).toBe(1000);
    expect(outbox.jobs().map(({ recipient }) => recipient)).toEqual(
      Array.from({ length: 1000 }, (_, index) => `p${index}@acme.example`),
    );
  });

  test("leaves the rest to the next run when its time is up", async () => {
    const { dueIndex, run } = createRelease();
    for (let index = 0; index < 450; index += 1) dueIndex.add(later(-1), jobFor(`p${index}`));
    const rounds = [true, false];

    expect(await run(() => rounds.shift() ?? false)).toBe(50);
    expect(await run()).toBe(400);
  });

  test("sends each job once when two runs overlap", async () => {
    const { dueIndex, outbox, run } = createRelease();
    for (let index = 0; index < 300; index += 1) dueIndex.add(later(-1), jobFor(`p${index}`));

    const released = await Promise.all([run(), run()]);

    expect(released[0] + released[1]).toBe(300);
    expect(new Set(outbox.jobs().map(({ deliveryId }) => deliveryId)).size).toBe(300);
    expect(outbox.jobs()).toHaveLength(300);
  });

  test("sends a job again after a quarter of an hour if no sender has claimed it", async () => {
    let now = NOW;
    const { dueIndex, outbox, run } = createRelease({ now: () => now });
    dueIndex.add(NOW, jobFor("lost"));

    await run();
    now = later(779);
    await run();
    expect(outbox.jobs()).toHaveLength(1);

    now = later(780);
    await run();
    expect(outbox.jobs()).toHaveLength(2);
    expect(outbox.delayOf(jobFor("lost"))).toBe(120);
  });

  test("keeps jobs the queue did not take for a later run", async () => {
    const outbox = createRecordingOutbox(({ recipient }) => recipient.startsWith("unlucky"));
    const { dueIndex, log, run } = createRelease({ outbox });
    dueIndex.add(later(-2), jobFor("unlucky"));
    dueIndex.add(later(-1), jobFor("lucky"));

    expect(await run()).toBe(1);
    expect(dueIndex.dueTimes().get(jobFor("unlucky").deliveryId)).toBe(later(900).toISOString());
    expect(log.lines).toContainEqual({ level: "warn", event: "delivery.not-released", fields: { count: 1 } });
  });

  test("goes on around a delivery that cannot be taken", async () => {
    const { dueIndex, outbox, log, run } = createRelease();
    dueIndex.add(later(-2), "unreadable");
    dueIndex.add(later(-1), jobFor("readable"));

    expect(await run()).toBe(1);
    expect(outbox.jobs()).toEqual([jobFor("readable")]);
    expect(log.lines[0]).toMatchObject({ level: "error", event: "delivery.not-taken" });
  });

  test("leaves a table alone that takes nothing", async () => {
    const { deps, dueIndex } = createRelease();
    for (let index = 0; index < 450; index += 1) dueIndex.add(later(-1), jobFor(`p${index}`));
    let asked = 0;
    const take = async () => {
      asked += 1;
      throw new Error("throttled");
    };

    expect(await release({ ...deps, dueIndex: { ...dueIndex, take } }, () => true)).toBe(0);
    expect(asked).toBe(50);
  });

  test("ends when the index still shows only what has been taken", async () => {
    const { deps, outbox } = createRelease();
    const dueIndex = { due: async () => [{ pk: "p", sk: "s", dueAt: NOW.toISOString() }], take: async () => undefined };

    expect(await release({ ...deps, dueIndex }, () => true)).toBe(0);
    expect(outbox.calls).toEqual([]);
  });
});
