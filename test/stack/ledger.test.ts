import { describe, expect, test } from "vitest";
import { runLedger } from "../ledger/run-ledger.ts";

describe("500 events under crashes, copies and a mail server that does a bit of everything wrong", () => {
  test("lose no mail, and double only those whose record says that they may be", async () => {
    const result = await runLedger({ events: 500, seed: 1, policy: "retry", report: () => {} });

    expect(result).toMatchObject({ mails: 750, lost: [], silentlyDoubled: [], unexpected: [] });
    expect(result.crashes).toBeGreaterThan(0);
    expect(result.ambiguous.length).toBeGreaterThan(0);
  }, 300_000);

  test("double nothing when the tenants would rather hold what may have been sent", async () => {
    const result = await runLedger({ events: 150, seed: 2, policy: "hold", report: () => {} });

    expect(result).toMatchObject({ mails: 225, lost: [], doubled: [], unexpected: [] });
    expect(result.states.held).toBeGreaterThan(0);
  }, 300_000);
});
