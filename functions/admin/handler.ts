import middy from "@middy/core";
import { createAuditTrail } from "../../shared/admin/audit.ts";
import { auditedConfig } from "../../shared/admin/audited-config.ts";
import type { DeliveriesDeps } from "../../shared/admin/deliveries.ts";
import { answerProblems } from "../../shared/http/answer-problems.ts";
import type { ApiEvent } from "../../shared/http/api-event.ts";
import { createDispatch, type Endpoints } from "../../shared/http/dispatch.ts";
import { onFirstUse } from "../../shared/runtime/on-first-use.ts";
import { aboutTheApi } from "./endpoints/api.ts";
import type { AdminDeps } from "./endpoints/deps.ts";

/** Answers the operations of administrators that touch no secret. */
export const createAdminHandler = (unaudited: AdminDeps) => {
  const trail = createAuditTrail(unaudited);
  const deps = { ...unaudited, config: auditedConfig(unaudited.config, trail), trail };
  const dispatch = createDispatch(endpointsOf(deps), deps.groupsClaim);
  return middy(async (event: ApiEvent) => dispatch(event)).use(answerProblems(deps.log));
};

/** A topic is loaded with the first request about it: an environment seldom lives to see them all. */
const endpointsOf = (deps: AdminDeps & Pick<DeliveriesDeps, "trail">): Endpoints<"admin"> => ({
  ...aboutTheApi,
  ...onFirstUse(["getOpenApi"], async () => (await import("./endpoints/openapi.ts")).aboutOpenApi),
  ...onFirstUse(["listScopes", "getScope", "putScope", "deleteScope"], async () =>
    (await import("./endpoints/scopes.ts")).aboutScopes(deps),
  ),
  ...onFirstUse(["getMailSettings", "putMailSettings"], async () =>
    (await import("./endpoints/mail-settings.ts")).aboutMailSettings(deps),
  ),
  ...onFirstUse(["getBrand", "putBrand", "deleteBrand"], async () =>
    (await import("./endpoints/brand.ts")).aboutBrand(deps),
  ),
  ...onFirstUse(["listGroups", "getGroup", "putGroup", "deleteGroup"], async () =>
    (await import("./endpoints/groups.ts")).aboutGroups(deps),
  ),
  ...onFirstUse(["listRules", "getRule", "putRule", "deleteRule"], async () =>
    (await import("./endpoints/rules.ts")).aboutRules(deps),
  ),
  ...onFirstUse(["getPipelineNotifications", "putPipelineNotifications", "deletePipelineNotifications"], async () =>
    (await import("./endpoints/pipelines.ts")).aboutPipelines(deps),
  ),
  ...onFirstUse(["listTemplates", "getTemplate", "putTemplate", "deleteTemplate", "previewTemplate"], async () =>
    (await import("./endpoints/templates.ts")).aboutTemplates(deps),
  ),
  ...onFirstUse(["listAwsSources", "getAwsSource", "putAwsSource", "deleteAwsSource"], async () =>
    (await import("./endpoints/aws-sources.ts")).aboutAwsSources(deps),
  ),
  ...onFirstUse(["listSuppressions", "addSuppression", "deleteSuppression"], async () =>
    (await import("./endpoints/suppressions.ts")).aboutSuppressions(deps),
  ),
  ...onFirstUse(["explain"], async () => (await import("./endpoints/explain.ts")).aboutExplaining(deps)),
  ...onFirstUse(["testRule", "testGroup"], async () => (await import("./endpoints/tests.ts")).aboutTests(deps)),
  ...onFirstUse(["publishEvent"], async () => (await import("./endpoints/publish.ts")).aboutPublishing(deps)),
  ...onFirstUse(["sendMessage"], async () => (await import("./endpoints/messages.ts")).aboutMessages(deps)),
  ...onFirstUse(["listAudit", "listEvents", "getEvent", "listDeliveries", "getDelivery"], async () =>
    (await import("./endpoints/history.ts")).aboutHistory(deps),
  ),
  ...onFirstUse(["retryDelivery", "releaseDelivery", "cancelDelivery"], async () =>
    (await import("./endpoints/deliveries.ts")).aboutDeliveries(deps),
  ),
});
