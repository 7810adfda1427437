import { AwsSolutionsChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { createStack } from "./synth.ts";

test.each([
  { title: "a user pool of its own", settings: {} },
  { title: "another issuer", settings: { "auth.issuer": "https://idp.example", "auth.audience": "console" } },
  { title: "another name", settings: { "stack.name": "Night-Shift" } },
])("cdk-nag has no finding that is not acknowledged with a reason, with $title", ({ settings }) => {
  const { app } = createStack(settings);

  const report = new AwsSolutionsChecks(app).validateScope(app);

  expect(report.violations).toEqual([]);
});
