import type { PipelineEvent } from "../../shared/domain/event.ts";
import type { Scope } from "../../shared/domain/scope.ts";

/** An event that says everything an event can say, with what a test wants to be different. */
export const sampleEvent = (different: Partial<PipelineEvent> = {}): PipelineEvent => ({
  id: "evt-1",
  scope: "acme.eng" as Scope,
  type: "PipelineFailed",
  severity: "error",
  time: "2026-11-20T14:34:18.000Z",
  pipeline: { id: "build-api", name: "Build API", url: "https://ci.acme.example/build-api" },
  run: { id: "512", number: 512, url: "https://ci.acme.example/build-api/512" },
  stage: { id: "deploy", name: "Deploy", url: "https://ci.acme.example/build-api/512/deploy" },
  step: { id: "helm", name: "Helm upgrade", url: "https://ci.acme.example/build-api/512/deploy/helm" },
  message: "UPGRADE FAILED: timed out\nexit code 1",
  startedAt: "2026-11-20T14:30:05.000Z",
  endedAt: "2026-11-20T14:34:17.000Z",
  triggeredBy: { name: "Ada", email: "ada@acme.example" },
  branch: "main",
  commit: "3f2a9c1e77aa01bc44d1b2c3d4e5f60718293a4b",
  data: { change: "CHG-20931", canary: true, replicas: 3, nested: { hidden: "nested-value" } },
  ...different,
});

/** An event that says no more than an event must. */
export const bareEvent = (type: string): PipelineEvent => ({
  id: "evt-1",
  scope: "acme.eng" as Scope,
  type,
  severity: "info",
  time: "2026-11-20T14:34:18.000Z",
});
