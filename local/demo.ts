import { createApiClient } from "./api-client.ts";

/** What the demo needs to know of a running stack. */
export interface DemoOptions {
  /** Root of the admin API, without `/v1`. */
  readonly apiUrl: string;
  /** An access token that holds `system:admin`. */
  readonly token: string;
  /** The mail server that all demo mail goes to. */
  readonly inbox: { readonly smtpHost: string; readonly smtpPort: number };
}

/**
 * Gives a fresh installation something to play with, through the admin API as any administrator would: the tenant
 * `acme` with the team `acme.eng`, a mail server, a group and two rules. Doing it again changes nothing.
 * @throws Error with the API's answer when it refuses a step.
 */
export const seedDemo = async (options: DemoOptions): Promise<void> => {
  const api = createApiClient(options.apiUrl, options.token);
  for (const [path, body] of demoConfiguration(options.inbox)) await api.call("PUT", path, body);
};

const demoConfiguration = ({ smtpHost, smtpPort }: DemoOptions["inbox"]): [path: string, body: object][] => {
  const provider = { kind: "smtp", host: smtpHost, port: smtpPort, security: "none", auth: { type: "none" } };
  return [
    [
      "system/mail-settings",
      { name: "Operator's relay", mode: "own", from: { name: "Tidings", address: "tidings@ops.example" }, provider },
    ],
    ["acme", { name: "Acme" }],
    ["acme.eng", { name: "Acme Engineering" }],
    [
      "acme/mail-settings",
      { name: "Corporate relay", mode: "own", from: { name: "Acme CI", address: "ci@acme.example" }, provider },
    ],
    [
      "acme/groups/oncall",
      {
        name: "On call",
        members: [{ email: "ada@acme.example", name: "Ada" }],
        aliases: ["oncall@acme.example"],
        notifyMembers: true,
      },
    ],
    [
      "acme/rules/failures",
      {
        name: "Failures wake the people on call",
        enabled: true,
        events: ["PipelineFailed", "StageFailed", "StepFailed", "TriggerFailed"],
        stages: "all",
        recipients: { emails: [], groups: ["oncall"] },
      },
    ],
    [
      "acme/rules/progress",
      {
        name: "The team hears of successes and approvals",
        enabled: true,
        events: ["PipelineSuccess", "Approval*"],
        stages: "all",
        recipients: { emails: ["team@acme.example"], groups: [] },
      },
    ],
  ];
};
