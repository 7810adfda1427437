import type { ApiAnswer, RunningStack } from "./running-stack.ts";

/** Puts something through the API, and fails with its answer when it refuses. */
export const put = async (stack: RunningStack, path: string, body: object): Promise<ApiAnswer> => {
  const answer = await stack.api("PUT", `/scopes/${path}`, body);
  if (answer.status >= 300) throw new Error(`PUT ${path} answered ${answer.status} ${answer.text}`);
  return answer;
};

/** Mail settings that lead to the stack's own inbox. */
export const inboxSettings = ({ description }: RunningStack, from: { name: string; address: string }): object => ({
  from,
  provider: {
    kind: "smtp",
    host: description.inbox.smtpHost,
    port: description.inbox.smtpPort,
    security: "none",
    auth: { type: "none" },
  },
});

/** A rule that tells these addresses of every event. */
export const ruleFor = (...emails: string[]): object => ({ name: "All of it", events: ["*"], recipients: { emails } });

/** A tenant with a rule that mails everything to one address. */
export const addTenant = async (stack: RunningStack, tenant: string, recipient: string): Promise<void> => {
  await put(stack, tenant, { name: tenant });
  await put(stack, `${tenant}/rules/all`, ruleFor(recipient));
};
