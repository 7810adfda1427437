import { describe, expect, test } from "vitest";
import { runInProcess } from "./run-in-process.ts";

describe("100,000 mails through queues that copy and reorder, with stores that fail", () => {
  test("lose none and double none as long as no hand-over is interrupted", async () => {
    const { arrived, mails, lost, doubled, ambiguous, unexpected, states } = await runInProcess({
      deliveries: 100_000,
      seed: 1,
    });

    expect({ lost, doubled, unexpected }).toEqual({ lost: [], doubled: [], unexpected: [] });
    expect(mails).toBeGreaterThanOrEqual(100_000);
    expect(ambiguous.length).toBeGreaterThan(0);
    expect(arrived + (states.held ?? 0)).toBe(mails);
  });
});
