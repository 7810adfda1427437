import { defineConfig } from "vitest/config";

/** Folders under `test/` whose tests talk to real servers on this machine, or synthesize the CDK app. */
const ADAPTERS = ["providers", "store", "queue", "secrets", "bus", "oauth", "tokens", "local", "faults"];

/** The tests below folders of `test/`. */
const below = (folders: readonly string[]): string[] => folders.map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    sequence: { shuffle: true },
    maxWorkers: "100%",
    // Bounds for what hangs, far beyond what a slow machine needs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        // Pure tests: whatever is nothing else, so that no folder is ever left out.
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: below([...ADAPTERS, "infra", "stack"]) },
      },
      { extends: true, test: { name: "adapters", include: below(ADAPTERS) } },
      { extends: true, test: { name: "infra", include: below(["infra"]) } },
      { extends: true, test: { name: "stack", include: below(["stack"]) } },
    ],
  },
});
