import { getEffectiveSettings, getMailSettings, putMailSettings } from "../../../shared/admin/mail-settings.ts";
import type { Caller } from "../../../shared/admin/ports.ts";
import { getSettingsFacts } from "../../../shared/admin/settings-facts.ts";
import { viewEffective, viewSettings } from "../../../shared/admin/views.ts";
import { mailSettingsBody } from "../../../shared/contracts/bodies/mail-settings.ts";
import { holds } from "../../../shared/domain/role.ts";
import { type Scope, SYSTEM } from "../../../shared/domain/scope.ts";
import { writtenAs } from "../../../shared/http/answer.ts";
import { readBody } from "../../../shared/http/read-body.ts";
import { readChange, readFlag } from "../../../shared/http/read-request.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** Mail settings, without their secrets. */
export const aboutMailSettings = (deps: AdminDeps): Part<"getMailSettings" | "putMailSettings"> => ({
  getMailSettings: async (call) => {
    if (readFlag(call, "effective")) {
      return { body: await effectiveView(deps, call.caller, call.scope) };
    }
    const found = await getMailSettings(deps.config, call.scope);
    return { body: viewSettings(found, await getSettingsFacts(deps, found)), version: found.version };
  },
  putMailSettings: async (call) => {
    const settings = { ...readBody(call.event, mailSettingsBody), scope: call.scope };
    const written = await putMailSettings(deps.config, settings, readChange(call, deps.now()));
    return writtenAs(written.version, viewSettings(written, await getSettingsFacts(deps, written)));
  },
});

/** The settings in force at a scope, as this caller may see them. @throws AppError `not-found` when there are none */
export const effectiveView = async (deps: AdminDeps, caller: Caller, scope: Scope) => {
  const effective = await getEffectiveSettings(deps.config, scope);
  // What the operators of the installation did and when is no business of a tenant that only uses it.
  const isForeign = effective.inheritedFrom === SYSTEM && !holds(caller.grants, "viewer", SYSTEM);
  const facts = isForeign ? undefined : await getSettingsFacts(deps, effective.settings);
  return viewEffective(effective, facts);
};
