import { AWS_SERVICE_NAMES } from "../shared/contracts/aws/services.ts";
import { nearest } from "./nearest.ts";
import {
  baseUrl,
  decimal,
  hostAndPort,
  integer,
  issuerUrl,
  listOf,
  oneOf,
  origin,
  type SettingKind,
  text,
} from "./setting-kinds.ts";

/**
 * Every deploy-time setting: `cdk deploy -c retry.baseSeconds=10`, or `"retry.baseSeconds": 10` in the `context` of
 * cdk.json. `kind` holds unit and range; `default` applies when the setting is not given.
 */
export const SETTINGS = {
  /** Name of the CloudFormation stack. In lower case it also begins the names of tenants' secrets. */
  "stack.name": {
    kind: text(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, 'a letter followed by up to 99 letters, digits or "-"'),
    default: "Tidings",
  },
  /** What becomes of tables, logs and the user pool when the stack is deleted. `destroy` is for tests and demos. */
  "stack.removalPolicy": { kind: oneOf(["retain", "destroy"]), default: "retain" },

  /** AWS services whose own events are taken in from the account's default bus. Empty: the bus is not listened to. */
  "intake.awsSources": { kind: listOf(oneOf(AWS_SERVICE_NAMES)), default: [] },

  /** Targets that mail may be sent to although they are not public, such as a relay in the operator's own network. */
  "egress.allowedTargets": { kind: listOf(hostAndPort), default: [] },
  /** Where SendGrid's API is, for a stand-in in tests. Empty: the region in a tenant's mail settings decides. */
  "sendgrid.baseUrl": { kind: baseUrl, default: "" },
  /** How long SendGrid's event webhook, where there is one, is waited for before a mail that it may have is sent again. */
  "sendgrid.feedbackSeconds": { kind: decimal({ least: 0.001, most: 86_400, unit: "seconds" }), default: 600 },

  /** Issuer of Google's tokens, for a stand-in in tests. Empty: Google. */
  "oauth.googleIssuer": { kind: issuerUrl, default: "" },
  /** The same of Microsoft, with "{directoryId}" where the directory's id belongs. Empty: Microsoft. */
  "oauth.microsoftIssuer": { kind: issuerUrl, default: "" },

  /** First delay between two tries to deliver, before jitter. It doubles from try to try. */
  "retry.baseSeconds": { kind: decimal({ least: 0.001, most: 86_400, unit: "seconds" }), default: 30 },
  /** Longest delay between two tries, before jitter. */
  "retry.capSeconds": { kind: decimal({ least: 0.001, most: 604_800, unit: "seconds" }), default: 21_600 },
  /** How long after its creation a delivery is given up. */
  "retry.giveUpHours": { kind: decimal({ least: 0.0001, most: 720, unit: "hours" }), default: 48 },

  /** Timeout of `deliver`, and how long its claim on a mail lasts. Lambda and SQS get whole seconds, rounded up. */
  "delivery.functionTimeoutSeconds": { kind: decimal({ least: 0.1, most: 900, unit: "seconds" }), default: 30 },
  /** How long one send may take altogether, less than the function's timeout. Not given: 5/6 of that, at most 25. */
  "delivery.sendDeadlineSeconds": { kind: decimal({ least: 0.05, most: 899, unit: "seconds" }), default: undefined },
  /** Most environments of `deliver` at a time. Not given: no limit; a limit keeps idle pollers from scaling down. */
  "delivery.concurrency": { kind: integer({ least: 2, most: 1000, unit: "environments" }), default: undefined },
  /** Timeout of `notify`. Not given: 10, or that of `deliver` when that is shorter. */
  "notify.functionTimeoutSeconds": { kind: decimal({ least: 0.1, most: 900, unit: "seconds" }), default: undefined },

  /** OIDC issuer whose access tokens open the API. Empty: the stack makes a Cognito user pool. */
  "auth.issuer": { kind: issuerUrl, default: "" },
  /** What tokens of that issuer must carry as `aud` or `client_id`. */
  "auth.audience": { kind: listOf(text(/^[\x21-\x7e]{1,512}$/, "a client id or audience")), default: [] },
  /** Claim of the access token that holds the `<scope>:<role>` values. */
  "auth.groupsClaim": { kind: text(/^[\x21-\x7e]{1,256}$/, "the name of a claim"), default: "cognito:groups" },

  /** Origins of web consoles that may call the API from a browser. */
  "api.corsOrigins": { kind: listOf(origin), default: [] },

  /** How long events and deliveries are kept. */
  "retention.days": { kind: integer({ least: 1, most: 3650, unit: "days" }), default: 90 },
  /** How long logs are kept; the values are those of CloudWatch Logs. */
  "logs.retentionDays": {
    kind: oneOf([
      1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ]),
    default: 30,
  },
} as const satisfies Record<string, { readonly kind: SettingKind<unknown>; readonly default: unknown }>;

type SettingKey = keyof typeof SETTINGS;

type Value<K extends SettingKey> =
  | NonNullable<ReturnType<(typeof SETTINGS)[K]["kind"]["parse"]>>
  | (undefined extends (typeof SETTINGS)[K]["default"] ? undefined : never);

type Values = { readonly [K in SettingKey]: Value<K> };

/** Checked settings, by the keys of {@link SETTINGS}. */
export type Settings = Omit<Values, DerivedKey> & Readonly<Record<DerivedKey, number>>;

/** Settings whose default follows from the timeout of `deliver`. */
type DerivedKey = "delivery.sendDeadlineSeconds" | "notify.functionTimeoutSeconds";

/** Settings that cannot be deployed: the message has one line for each thing to mend. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";

  constructor(problems: readonly string[]) {
    super(["cannot use these settings:", ...problems.map((problem) => `  - ${problem}`)].join("\n"));
  }
}

const KEYS = Object.keys(SETTINGS) as SettingKey[];
const PREFIXES = new Set(KEYS.map((key) => key.slice(0, key.indexOf(".") + 1)));

/** Part of the function's timeout that a send may use when nothing else is said; the rest records the outcome. */
const SEND_SHARE = 5 / 6;
/** Longest send deadline, in seconds, that comes from {@link SEND_SHARE}. */
const LONGEST_SHARE = 25;
/** Timeout of `notify`, in seconds, unless that of `deliver` is shorter. */
const USUAL_NOTIFY_TIMEOUT = 10;
/** A key this close to a known one is a slip, whatever it begins with. */
const SLIP_DISTANCE = 2;

const unknownKeys = (given: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(given)
    .filter((key) => !Object.hasOwn(SETTINGS, key))
    .flatMap((key) => {
      const { candidate, distance } = nearest(key, KEYS);
      const ours = distance <= SLIP_DISTANCE || PREFIXES.has(key.slice(0, key.indexOf(".") + 1));
      return ours ? [`"${key}" is not a setting; the nearest is "${candidate}"`] : [];
    });

/** A value as the message shows it: short, and without the credentials that a URL may hold. */
const shown = (value: unknown): string =>
  (JSON.stringify(value) ?? String(value)).replace(/\/\/.*@/, "//***@").slice(0, 120);

const contradictions = (values: Values): string[] => {
  const deadline = values["delivery.sendDeadlineSeconds"];
  const timeout = values["delivery.functionTimeoutSeconds"];
  const [issuer, audience] = [values["auth.issuer"], values["auth.audience"]];
  const [giveUp, days] = [values["retry.giveUpHours"], values["retention.days"]];
  return [
    deadline !== undefined && deadline >= timeout
      ? `"delivery.sendDeadlineSeconds" (${deadline}) must be less than "delivery.functionTimeoutSeconds" (${timeout})`
      : [],
    issuer !== "" && audience.length === 0 ? '"auth.audience" must be given when "auth.issuer" is' : [],
    issuer === "" && audience.length > 0 ? '"auth.issuer" must be given when "auth.audience" is' : [],
    giveUp > days * 24
      ? `"retry.giveUpHours" (${giveUp}) must not exceed "retention.days" (${days}): waiting mails would be deleted`
      : [],
  ].flat();
};

/**
 * Reads the settings out of the CDK context, whose other keys are passed over.
 * @throws SettingsError that names all unknown keys and bad values at once or, when there are none, all contradictions.
 */
export const readSettings = (context: Readonly<Record<string, unknown>>): Settings => {
  const problems = unknownKeys(context);
  const read = (key: SettingKey): unknown => {
    const { kind, default: fallback } = SETTINGS[key];
    if (context[key] === undefined) return fallback;
    const value = kind.parse(context[key]);
    if (value === undefined) problems.push(`"${key}" is ${shown(context[key])}; it must be ${kind.expected}`);
    return value ?? fallback;
  };
  const values = Object.fromEntries(KEYS.map((key) => [key, read(key)])) as Values;
  problems.push(...(problems.length === 0 ? contradictions(values) : []));
  if (problems.length > 0) throw new SettingsError(problems);
  const timeout = values["delivery.functionTimeoutSeconds"];
  return {
    ...values,
    "delivery.sendDeadlineSeconds":
      values["delivery.sendDeadlineSeconds"] ?? Math.min(LONGEST_SHARE, SEND_SHARE * timeout),
    "notify.functionTimeoutSeconds": values["notify.functionTimeoutSeconds"] ?? Math.min(USUAL_NOTIFY_TIMEOUT, timeout),
  };
};
