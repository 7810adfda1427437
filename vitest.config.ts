import { defineConfig } from "vitest/config";

/** Folders under `test/` that hold pure tests; they run first and in well under a second each. */
const UNIT = [
  "test/domain",
  "test/contracts",
  "test/flow",
  "test/admin",
  "test/http",
  "test/templates",
  "test/runtime",
];

export default defineConfig({
  test: {
    sequence: { shuffle: true },
    projects: [
      {
        extends: true,
        test: { name: "unit", include: [...UNIT.map((folder) => `${folder}/**/*.test.ts`), "test/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "adapters",
          include: ["test/{providers,store,queue,secrets,bus,local}/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: { name: "infra", include: ["test/infra/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        extends: true,
        test: { name: "stack", include: ["test/stack/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
      },
    ],
  },
});
