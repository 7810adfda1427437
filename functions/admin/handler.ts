import middy from "@middy/core";
import { createAuditTrail, listAudit } from "../../shared/admin/audit.ts";
import { auditedConfig } from "../../shared/admin/audited-config.ts";
import { createGroups } from "../../shared/admin/groups.ts";
import { getDelivery, getEvent, listDeliveries, listEvents } from "../../shared/admin/history.ts";
import { listScopes } from "../../shared/admin/list-scopes.ts";
import { getEffectiveSettings, getMailSettings, putMailSettings } from "../../shared/admin/mail-settings.ts";
import type { AuditStore, ConfigStore, HistoryReader, Publisher } from "../../shared/admin/ports.ts";
import { createRules } from "../../shared/admin/rules.ts";
import { deleteScope, getScope, putScope } from "../../shared/admin/scopes.ts";
import { type FactsDeps, getSettingsFacts } from "../../shared/admin/settings-facts.ts";
import { viewDocument, viewEffective, viewEvent, viewPreset, viewSettings } from "../../shared/admin/views.ts";
import { groupBody } from "../../shared/contracts/bodies/group.ts";
import { mailSettingsBody } from "../../shared/contracts/bodies/mail-settings.ts";
import { ruleBody } from "../../shared/contracts/bodies/rule.ts";
import { scopeBody } from "../../shared/contracts/bodies/scope.ts";
import type { Log } from "../../shared/domain/log.ts";
import { PRESET_NAMES } from "../../shared/domain/presets.ts";
import { holds } from "../../shared/domain/role.ts";
import { SYSTEM } from "../../shared/domain/scope.ts";
import { writtenAs } from "../../shared/http/answer.ts";
import { answerProblems } from "../../shared/http/answer-problems.ts";
import type { ApiEvent } from "../../shared/http/api-event.ts";
import { createDispatch, type Endpoints } from "../../shared/http/dispatch.ts";
import { listing } from "../../shared/http/listing.ts";
import { openApiDocument } from "../../shared/http/openapi.ts";
import { readBody } from "../../shared/http/read-body.ts";
import { readChange, readDeliveryId, readEventId, readFlag, readId } from "../../shared/http/read-request.ts";

/** What administration needs. */
export interface AdminDeps extends FactsDeps {
  readonly config: ConfigStore;
  readonly audit: AuditStore;
  readonly publisher: Publisher;
  readonly history: HistoryReader;
  readonly log: Log;
  readonly groupsClaim: string;
}

type AdminEndpoints = Endpoints<"admin">;

type Part<Name extends string> = Pick<AdminEndpoints, Extract<keyof AdminEndpoints, Name>>;

const aboutTheApi: Part<"getHealth" | "getOpenApi" | "listPresets"> = {
  getHealth: async () => ({ body: { status: "ok" } }),
  getOpenApi: async () => ({ body: openApiDocument() }),
  listPresets: async () => ({ body: { items: PRESET_NAMES.map(viewPreset), nextCursor: null } }),
};

const aboutScopes = ({ config, now }: AdminDeps): Part<`${string}Scope` | "listScopes"> => ({
  listScopes: (call) => listing(call, (page) => listScopes(config, call.caller, page), viewDocument),
  getScope: async ({ scope }) => {
    const found = await getScope(config, scope);
    return { body: viewDocument(found), version: found.version };
  },
  putScope: async (call) => {
    const { name = call.scope } = readBody(call.event, scopeBody);
    const document = { name, scope: call.scope };
    const written = await putScope(config, call.caller, document, readChange(call, now()));
    return writtenAs(written.version, viewDocument(written));
  },
  deleteScope: async (call) => {
    await deleteScope(config, call.scope, readChange(call, now()));
    return {};
  },
});

const aboutMailSettings = (deps: AdminDeps): Part<"getMailSettings" | "putMailSettings"> => ({
  getMailSettings: async (call) => {
    if (readFlag(call, "effective")) {
      const effective = await getEffectiveSettings(deps.config, call.scope);
      // What the operators of the installation did and when is no business of a tenant that only uses it.
      const isForeign = effective.inheritedFrom === SYSTEM && !holds(call.caller.grants, "viewer", SYSTEM);
      const facts = isForeign ? undefined : await getSettingsFacts(deps, effective.settings);
      return { body: viewEffective(effective, facts) };
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

const aboutGroups = ({ config, now }: AdminDeps): Part<`${string}Group` | "listGroups"> => {
  const groups = createGroups(config);
  return {
    listGroups: (call) => listing(call, (page) => groups.list(call.scope, page), viewDocument),
    getGroup: async (call) => {
      const found = await groups.get(call.scope, readId(call));
      return { body: viewDocument(found), version: found.version };
    },
    putGroup: async (call) => {
      const group = { ...readBody(call.event, groupBody), id: readId(call), scope: call.scope };
      const written = await groups.put(group, readChange(call, now()));
      return writtenAs(written.version, viewDocument(written));
    },
    deleteGroup: async (call) => {
      await groups.remove(call.scope, readId(call), readChange(call, now()));
      return {};
    },
  };
};

const aboutRules = ({ config, now }: AdminDeps): Part<`${string}Rule` | "listRules"> => {
  const rules = createRules(config);
  return {
    listRules: (call) => listing(call, (page) => rules.list(call.scope, page), viewDocument),
    getRule: async (call) => {
      const found = await rules.get(call.scope, readId(call));
      return { body: viewDocument(found), version: found.version };
    },
    putRule: async (call) => {
      const rule = { ...readBody(call.event, ruleBody), id: readId(call), scope: call.scope };
      const written = await rules.put(rule, readChange(call, now()));
      return writtenAs(written.version, viewDocument(written));
    },
    deleteRule: async (call) => {
      await rules.remove(call.scope, readId(call), readChange(call, now()));
      return {};
    },
  };
};

const aboutAudit = ({ config, audit }: AdminDeps): Part<"listAudit"> => ({
  listAudit: (call) =>
    listing(
      call,
      (page) => listAudit({ ...config, audit }, call.scope, page),
      (entry) => entry,
    ),
});

const aboutHistory = ({
  config,
  history,
}: AdminDeps): Part<`${string}Event${string}` | `${string}Deliver${string}`> => {
  const deps = { scopes: config.scopes, history };
  return {
    listEvents: (call) => listing(call, (page) => listEvents(deps, call.scope, page), viewEvent),
    getEvent: async (call) => ({ body: viewEvent(await getEvent(deps, call.scope, readEventId(call))) }),
    listDeliveries: (call) =>
      listing(
        call,
        (page) => listDeliveries(deps, call.scope, page),
        (delivery) => delivery,
      ),
    getDelivery: async (call) => ({ body: await getDelivery(deps, call.scope, readDeliveryId(call)) }),
  };
};

/** Answers the operations of administrators that touch no secret. */
export const createAdminHandler = (unaudited: AdminDeps) => {
  const deps = { ...unaudited, config: auditedConfig(unaudited.config, createAuditTrail(unaudited)) };
  const endpoints: AdminEndpoints = {
    ...aboutTheApi,
    ...aboutScopes(deps),
    ...aboutMailSettings(deps),
    ...aboutGroups(deps),
    ...aboutRules(deps),
    ...aboutAudit(deps),
    ...aboutHistory(deps),
  };
  const dispatch = createDispatch(endpoints, deps.groupsClaim);
  return middy(async (event: ApiEvent) => dispatch(event)).use(answerProblems(deps.log));
};
