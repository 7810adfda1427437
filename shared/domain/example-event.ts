import type { PipelineEvent } from "./event.ts";
import type { Scope } from "./scope.ts";

/** An event that says everything an event can say, to show what a template makes of it. */
export const exampleEvent = (scope: Scope): PipelineEvent => ({
  id: "example",
  scope,
  type: "PipelineFailed",
  severity: "error",
  time: "2026-11-20T14:34:18.000Z",
  pipeline: { id: "example-pipeline", name: "Example pipeline", url: "https://example.com/example-pipeline" },
  run: { id: "512", number: 512, url: "https://example.com/example-pipeline/512" },
  stage: { id: "deploy", name: "Deploy", url: "https://example.com/example-pipeline/512/deploy" },
  step: { id: "upgrade", name: "Upgrade", url: "https://example.com/example-pipeline/512/deploy/upgrade" },
  message: "Timed out waiting for the new version.\nexit code 1",
  startedAt: "2026-11-20T14:30:05.000Z",
  endedAt: "2026-11-20T14:34:17.000Z",
  triggeredBy: { name: "Ada", email: "ada@example.com" },
  branch: "main",
  commit: "3f2a9c1e77aa01bc44d1b2c3d4e5f60718293a4b",
  data: { environment: "staging", replicas: 3 },
});
