import type { InputIssue } from "./app-error.ts";
import { type Pattern, parsePattern } from "./pattern.ts";
import type { Rule } from "./rule.ts";

/** A rule made ready for matching. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Its filter, checked again; what is wrong with a rule that was spoilt after it was saved; or undefined without. */
  readonly filter: { readonly pattern: Pattern } | { readonly issues: readonly InputIssue[] } | undefined;
}

/** Makes a rule ready. One that was spoilt in the table never matches, says so, and stops no other. */
export const compileRule = (rule: Rule): CompiledRule => {
  const spoilt = findSpoilt(rule);
  if (spoilt !== undefined) return { rule: { ...PLACEHOLDER, id: rule.id, scope: rule.scope }, filter: spoilt };
  return { rule, filter: rule.filter === undefined ? undefined : parsePattern(rule.filter) };
};

/** Fields that everything relies on. */
const PLACEHOLDER: Omit<Rule, "id" | "scope"> = {
  name: "",
  enabled: true,
  events: ["*"],
  stages: "all",
  recipients: { emails: [], groups: [] },
};

const findSpoilt = (stored: Readonly<Partial<Record<keyof Rule, unknown>>>) => {
  const { events, stages, pipelines = [], branches = [], recipients } = stored;
  const { emails, groups } = isObject(recipients) ? recipients : {};
  const lists = { events, stages: stages === "all" ? [] : stages, pipelines, branches, emails, groups };
  const spoilt = Object.entries(lists).find(([, list]) => !isTexts(list))?.[0];
  if (spoilt !== undefined) return { issues: [{ path: spoilt, message: "must be a list" }] };
  const { filter = {}, digest = {}, quietHours = {}, mute = {} } = stored;
  const wrong = Object.entries({ filter, digest, quietHours, mute }).find(([, value]) => !isObject(value))?.[0];
  return wrong === undefined ? undefined : { issues: [{ path: wrong, message: "must be an object" }] };
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === "string");
