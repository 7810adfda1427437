import { describe, expect, test } from "vitest";
import type { Measurement, MetricSpec } from "../../shared/domain/metrics.ts";
import { createMetrics, withMetrics } from "../../shared/runtime/metrics.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createMemoryMetrics } from "../fakes/memory-metrics.ts";
import { runFresh } from "../infra/bundles.ts";

const SPECS: Readonly<Record<string, MetricSpec>> = {
  MailsAccepted: { unit: "Count", dimensions: ["provider"] },
  AcceptanceTime: { unit: "Milliseconds", dimensions: ["provider"] },
  MailsHeld: { unit: "Count", dimensions: [] },
};
const MODULE = new URL("../../shared/runtime/metrics.ts", import.meta.url).href;

/** What a process of its own writes that adds measurements, and flushes after each list of them. */
const linesOf = async (...batches: readonly (readonly Measurement[])[]): Promise<string[]> => {
  const written = await runFresh(`
    const { createMetrics } = await import(${JSON.stringify(MODULE)});
    const definition = { service: "deliver", namespace: "Night-Shift", specs: ${JSON.stringify(SPECS)} };
    const metrics = createMetrics(definition, { error: console.error });
    for (const batch of ${JSON.stringify(batches)}) {
      metrics.add(...batch);
      await metrics.flush();
    }
  `);
  return written.split("\n").filter((line) => line !== "");
};

const parsed = async (...batches: readonly (readonly Measurement[])[]): Promise<Record<string, unknown>[]> =>
  (await linesOf(...batches)).map((line) => JSON.parse(line));

const BY_SMTP = { dimensions: { provider: "smtp" } };

describe("metrics", () => {
  test("are one line of the embedded metric format for all that an invocation has counted", async () => {
    const lines = await parsed([
      { name: "MailsAccepted", value: 1, ...BY_SMTP },
      { name: "AcceptanceTime", value: 210, ...BY_SMTP },
      { name: "MailsAccepted", value: 1, ...BY_SMTP },
      { name: "AcceptanceTime", value: 190, ...BY_SMTP },
    ]);

    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: "Night-Shift",
              Dimensions: [["service", "provider"]],
              Metrics: [
                { Name: "MailsAccepted", Unit: "Count" },
                { Name: "AcceptanceTime", Unit: "Milliseconds" },
              ],
            },
          ],
        },
        service: "deliver",
        provider: "smtp",
        MailsAccepted: 2,
        AcceptanceTime: [210, 190],
      },
    ]);
  });

  test("are a line for each combination of dimensions, and of each invocation its own", async () => {
    const lines = await parsed(
      [
        { name: "MailsAccepted", value: 1, ...BY_SMTP },
        { name: "MailsHeld", value: 1 },
        { name: "MailsAccepted", value: 1, dimensions: { provider: "sendgrid" } },
      ],
      [{ name: "MailsHeld", value: 2 }],
    );

    expect(lines.map(({ _aws, ...line }) => line)).toEqual([
      { service: "deliver", provider: "smtp", MailsAccepted: 1 },
      { service: "deliver", MailsHeld: 1 },
      { service: "deliver", provider: "sendgrid", MailsAccepted: 1 },
      { service: "deliver", MailsHeld: 2 },
    ]);
  });

  test("keep every time, in lines of a hundred at most, as CloudWatch wants it", async () => {
    const times = Array.from({ length: 200 }, (_, ms) => ({ name: "AcceptanceTime", value: ms, ...BY_SMTP }));

    const lines = await parsed(times);

    expect(lines.map(({ AcceptanceTime }) => AcceptanceTime)).toEqual([
      times.slice(0, 100).map(({ value }) => value),
      times.slice(100).map(({ value }) => value),
    ]);
  });

  test("write nothing when nothing was counted", async () => {
    expect(await linesOf([], [])).toEqual([]);
  });

  test("never fail the invocation: what cannot be written is told in the log, once", async () => {
    const log = createMemoryLog();
    const metrics = createMetrics({ service: "deliver", namespace: "Tidings", specs: SPECS }, log);

    metrics.add({ name: "Unheard", value: 1 });
    await metrics.flush();
    await metrics.flush();

    expect(log.lines).toMatchObject([{ level: "error", event: "metrics.not-written", fields: { count: 1 } }]);
  });
});

describe("an invocation with metrics", () => {
  test("writes them once after its work, and answers as it would without them", async () => {
    const metrics = createMemoryMetrics();

    const answer = await withMetrics(metrics, async () => {
      metrics.add({ name: "MailsHeld", value: 1 });
      return "done";
    });

    expect(answer).toBe("done");
    expect(metrics.written).toEqual([[{ name: "MailsHeld", value: 1 }]]);
  });

  test("writes them when its work fails, and fails as it would without them", async () => {
    const metrics = createMemoryMetrics();

    const failing = withMetrics(metrics, async () => {
      metrics.add({ name: "OwnFailures", value: 1 });
      throw new Error("the table is not there");
    });

    await expect(failing).rejects.toThrow("the table is not there");
    expect(metrics.written).toEqual([[{ name: "OwnFailures", value: 1 }]]);
  });
});
