import type { TestConnection } from "../contracts/bodies/test-connection.ts";
import { adviceFor } from "../domain/failure-advice.ts";
import type { NotedTest } from "../domain/last-test.ts";
import type { MailSettings, ProviderSettings, StoredMailSettings } from "../domain/mail-settings.ts";
import type { Failed, FailureReason, SendOutcome } from "../domain/outcome.ts";
import type { RenderedMail } from "../domain/rendered-mail.ts";
import { type Scope, SYSTEM, tenantOf } from "../domain/scope.ts";
import { type Choice, type ChooseDeps, chooseProvider, settingsInForce } from "./deliver/choose-provider.ts";
import type { ConfigSource, SendingConfig } from "./ports.ts";
import type { OutgoingMail, SendStep } from "./provider-ports.ts";
import { unsavedSettings } from "./unsaved-settings.ts";

/** What testing a connection needs. */
export interface TestConnectionDeps extends ChooseDeps {
  readonly config: ConfigSource<SendingConfig>;
  readonly lastTests: { put(scope: Scope, test: NotedTest): Promise<void> };
  readonly render: (words: Pick<TestConnection, "subject" | "body">) => RenderedMail;
  /** Seconds a send may take at most, whatever the settings allow. */
  readonly sendDeadlineSeconds: number;
  readonly now: () => Date;
  /** An id that no other test has. */
  readonly newId: () => string;
}

/** How a test went, step by step. */
export interface TestReport {
  readonly ok: boolean;
  readonly steps: readonly SendStep[];
  /** Why it failed; null when it did not. */
  readonly code: FailureReason | null;
  /** What a person can do about it. */
  readonly hint: string | null;
  /** Of the mail that was sent, with angle brackets; null when none was. */
  readonly messageId: string | null;
}

/**
 * Sends one mail by the sender's own code, and tells each step: the settings in force at the scope, or settings and
 * secrets that are not saved. Ends with the time that the settings allow for one answer, whatever the server does.
 * Rate limits of the settings do not hold it up: it is one mail.
 */
export const testConnection = async (
  deps: TestConnectionDeps,
  scope: Scope,
  request: TestConnection,
): Promise<TestReport> => {
  const startedAt = deps.now();
  const configs = await deps.config.load([tenantOf(scope)]);
  const inForce = settingsInForce(scope, configs);
  const own = configs.get(scope === SYSTEM ? SYSTEM : tenantOf(scope))?.settings.get(scope);
  const isUnsaved = request.settings !== undefined || request.credentials !== undefined;
  const tested = isUnsaved ? unsavedSettings(deps, scope, { own, inForce }, request) : { settings: inForce, deps };
  const report = await testSettings({ ...deps, ...tested.deps }, tested.settings, request);
  // What an ancestor's settings do is noted by those who may change them.
  if (!isUnsaved && own !== undefined && own === inForce) {
    const [{ ok, code, hint }, { version, updatedAt }] = [report, own];
    await deps.lastTests.put(scope, { at: startedAt.toISOString(), ok, code, hint, settings: { version, updatedAt } });
  }
  return report;
};

const testSettings = async (
  deps: TestConnectionDeps,
  stored: StoredMailSettings | undefined,
  request: TestConnection,
): Promise<TestReport> => {
  const beganMs = performance.now();
  const choice = await chooseProvider(deps, stored);
  const ms = Math.round(performance.now() - beganMs);
  if (choice.kind === "unusable") {
    const step = { name: "settings", ok: false, ms, detail: choice.failure.text } as const;
    return failedWith([step], choice.failure, stored?.settings.provider);
  }
  return sendTest(deps, choice, request, { name: "settings", ok: true, ms, detail: null });
};

const sendTest = async (
  deps: TestConnectionDeps,
  { settings, provider }: Extract<Choice, { kind: "ready" }>,
  request: TestConnection,
  settingsStep: SendStep,
): Promise<TestReport> => {
  const mail = toMail(deps, settings, request);
  const steps: SendStep[] = [settingsStep];
  try {
    const outcome = await provider.send(mail, AbortSignal.timeout(timeLimitMs(deps, settings.provider)), (step) => {
      steps.push(step);
    });
    return toReport(steps, outcome, settings.provider, mail.messageId);
  } finally {
    provider.close();
  }
};

const timeLimitMs = ({ sendDeadlineSeconds }: TestConnectionDeps, provider: ProviderSettings): number => {
  const deadlineMs = Math.round(sendDeadlineSeconds * 1000);
  return provider.kind === "smtp" ? Math.min(provider.timeoutMs, deadlineMs) : deadlineMs;
};

const toMail = (
  deps: TestConnectionDeps,
  { scope, from, replyTo }: MailSettings,
  request: TestConnection,
): OutgoingMail => {
  const id = `test-${deps.newId()}`;
  return {
    from,
    replyTo,
    to: request.to,
    ...deps.render(request),
    messageId: `<${id}@${from.address.slice(from.address.lastIndexOf("@") + 1)}>`,
    references: [],
    deliveryId: id,
    scope,
  };
};

const toReport = (
  steps: readonly SendStep[],
  outcome: SendOutcome,
  provider: ProviderSettings,
  messageId: string,
): TestReport =>
  outcome.kind === "accepted"
    ? { ok: true, steps, code: null, hint: null, messageId }
    : {
        ...failedWith(upToFailure(steps, outcome), outcome, provider),
        // Whoever looks whether it arrived needs to know what to look for.
        messageId: outcome.class === "ambiguous" ? messageId : null,
      };

/** Servers may answer commands that were sent at once in any spirit: what seemed to follow a failed step did not. */
const upToFailure = (steps: readonly SendStep[], { phase }: Failed): SendStep[] => {
  const failedStep = steps.find((step) => !step.ok && step.name === phase);
  const before = steps.slice(
    0,
    steps.findIndex((step) => step.name === phase),
  );
  return failedStep === undefined ? [...steps] : [...before, failedStep];
};

const failedWith = (
  steps: readonly SendStep[],
  { reason }: Failed,
  provider: ProviderSettings | undefined,
): TestReport => ({ ok: false, steps, code: reason, hint: adviceFor(reason, provider), messageId: null });
