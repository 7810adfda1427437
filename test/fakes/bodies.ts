import type { Operation } from "../../shared/contracts/routes.ts";

/** A request body that each writing operation takes. */
export const GOOD_BODIES: Readonly<Partial<Record<Operation, object>>> = {
  putScope: { name: "Engineering" },
  putMailSettings: {
    from: { name: "Acme CI", address: "ci@acme.example" },
    provider: { kind: "smtp", host: "smtp.acme.example", auth: { type: "password", username: "ci" } },
  },
  putCredentials: { password: "p4ssword" },
  testMailSettings: { to: "ada@acme.example" },
  putGroup: { name: "On call", members: [{ email: "ada@acme.example" }] },
  putBrand: { name: "Acme", color: "#0b5fff", logoUrl: "https://acme.example/logo.png", locale: "de-AT" },
  putTemplate: { subject: "{{ status }}: {{ pipeline.name }}", html: "<p>{{ headline }}</p>" },
  previewTemplate: { template: { subject: "{{ status }}", html: "<p>{{ headline }}</p>" } },
  putRule: { name: "On failure", events: ["PipelineFailed"], recipients: { groups: ["oncall"] } },
  putPipelineNotifications: { mode: "custom", minSeverity: "error" },
  explain: { event: { type: "PipelineFailed", pipeline: { id: "build-api" } } },
  publishEvent: { type: "PipelineFailed", pipeline: { id: "build-api" } },
  sendMessage: { to: ["ada@acme.example"], subject: "Hello", text: "World" },
  addSuppression: { address: "gone@acme.example", reason: "Left the company" },
  putAwsSource: { name: "Builds", pattern: { source: ["aws.codebuild"] } },
};
