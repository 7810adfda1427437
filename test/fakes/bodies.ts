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
  putRule: { name: "On failure", events: ["PipelineFailed"], recipients: { groups: ["oncall"] } },
};
