import type { Change } from "../../shared/admin/ports.ts";
import { mailSettingsBody } from "../../shared/contracts/bodies/mail-settings.ts";
import { parseBody } from "../../shared/contracts/parse-body.ts";
import type { Group } from "../../shared/domain/group.ts";
import type { MailSettings } from "../../shared/domain/mail-settings.ts";
import type { Rule } from "../../shared/domain/rule.ts";
import { parseScope, type Scope } from "../../shared/domain/scope.ts";

/** A change by Ada at noon. */
export const change = (parts: Partial<Change> = {}): Change => ({
  by: "ada",
  at: new Date("2026-11-20T12:00:00Z"),
  ...parts,
});

let tenants = 0;

/** A tenant no other test has seen: all tests share one table. */
export const aTenant = (): Scope => {
  tenants += 1;
  return scopeOf(`tenant-${String(tenants).padStart(3, "0")}`);
};

/** A text as the scope it must be. */
export const scopeOf = (text: string): Scope => {
  const scope = parseScope(text);
  if (scope === undefined) throw new Error(`no scope: ${text}`);
  return scope;
};

/** A rule for everything. */
export const aRule = (scope: Scope, id: string): Rule => ({
  id,
  scope,
  name: id,
  enabled: true,
  events: ["*"],
  stages: "all",
  minSeverity: undefined,
  recipients: { emails: [], groups: ["oncall"] },
});

/** Settings that send through SendGrid. */
export const settingsOf = (scope: Scope, name = "Mail"): MailSettings => ({
  ...parseBody(mailSettingsBody, { name, from: { address: "ci@acme.example" }, provider: { kind: "sendgrid" } }),
  scope,
});

/** What is noted of a secret. */
export const note = (versionId: string) => ({ versionId, updatedAt: "2026-11-20T12:00:00.000Z", binding: "sendgrid" });

/** A group without members. */
export const aGroup = (scope: Scope): Group => ({
  id: "oncall",
  scope,
  name: "On call",
  members: [],
  aliases: [],
  notifyMembers: true,
});
