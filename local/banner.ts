import { relative } from "node:path";
import type { Flags } from "./flags.ts";
import type { Stack } from "./stack.ts";

/** What a person reads when the stack is ready: where things are, and what to try first. */
export const banner = (
  { description, logsDir }: Pick<Stack, "description" | "logsDir">,
  { demo, dataDir }: Pick<Flags, "demo" | "dataDir">,
  readyAfterMs: number,
): string => {
  const { apiUrl, inbox, endpoints, outputs, tokens } = description;
  const tryIt = demo && tokens.systemAdmin !== "" ? tryFirst(endpoints.events, outputs.busName, inbox.url) : [];
  return [
    "",
    `Tidings runs on this machine (ready after ${(readyAfterMs / 1000).toFixed(1)} s).`,
    "",
    `  Inbox            ${inbox.url}   (SMTP ${inbox.smtpHost}:${inbox.smtpPort})`,
    `  API              ${apiUrl}/v1   (tokens: npm run -s token -- --groups acme:admin)`,
    `  EventBridge      ${endpoints.events}   (bus ${outputs.busName})`,
    `  SQS              ${endpoints.sqs}`,
    `  DynamoDB         ${endpoints.dynamodb}`,
    `  Secrets Manager  ${endpoints.secretsmanager}`,
    `  Lambda           ${endpoints.lambda}`,
    `  Logs             ${relative(process.cwd(), logsDir) || logsDir}/<function>.log`,
    "",
    ...tryIt,
    dataDir === undefined
      ? "Everything lives in memory and is gone when the stack stops; --data DIR keeps tables and secrets."
      : `Tables and secrets are kept in ${dataDir}. Queued messages live in memory and are gone when the stack stops.`,
    "Ctrl-C stops it.",
    "",
  ].join("\n");
};

const tryFirst = (eventsUrl: string, busName: string, inboxUrl: string): readonly string[] => [
  "Publish an event, and see the mail in the inbox:",
  "",
  "  npm run publish-event -- --source acme.ci --file docs/samples/pipeline-failed.json",
  "",
  "or with the AWS CLI (any credentials will do):",
  "",
  "  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local \\",
  `  aws events put-events --region us-east-1 --endpoint-url ${eventsUrl} --entries "$(jq -n \\`,
  "    --rawfile detail docs/samples/pipeline-failed.json \\",
  `    '[{EventBusName: "${busName}", Source: "acme.ci", DetailType: "Pipeline Event", Detail: $detail}]')"`,
  "",
  `  ${inboxUrl}`,
  "",
];
