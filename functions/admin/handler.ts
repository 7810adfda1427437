import middy from "@middy/core";
import { createAuditTrail } from "../../shared/admin/audit.ts";
import { auditedConfig } from "../../shared/admin/audited-config.ts";
import { answerProblems } from "../../shared/http/answer-problems.ts";
import type { ApiEvent } from "../../shared/http/api-event.ts";
import { createDispatch, type Endpoints } from "../../shared/http/dispatch.ts";
import { aboutTheApi } from "./endpoints/api.ts";
import { aboutAwsSources } from "./endpoints/aws-sources.ts";
import { aboutBrand } from "./endpoints/brand.ts";
import { aboutDeliveries } from "./endpoints/deliveries.ts";
import type { AdminDeps } from "./endpoints/deps.ts";
import { aboutExplaining } from "./endpoints/explain.ts";
import { aboutGroups } from "./endpoints/groups.ts";
import { aboutHistory } from "./endpoints/history.ts";
import { aboutMailSettings } from "./endpoints/mail-settings.ts";
import { aboutMessages } from "./endpoints/messages.ts";
import { aboutPipelines } from "./endpoints/pipelines.ts";
import { aboutPublishing } from "./endpoints/publish.ts";
import { aboutRules } from "./endpoints/rules.ts";
import { aboutScopes } from "./endpoints/scopes.ts";
import { aboutTemplates } from "./endpoints/templates.ts";
import { aboutTests } from "./endpoints/tests.ts";

/** Answers the operations of administrators that touch no secret. */
export const createAdminHandler = (unaudited: AdminDeps) => {
  const trail = createAuditTrail(unaudited);
  const deps = { ...unaudited, config: auditedConfig(unaudited.config, trail), trail };
  const endpoints: Endpoints<"admin"> = {
    ...aboutTheApi,
    ...aboutScopes(deps),
    ...aboutMailSettings(deps),
    ...aboutBrand(deps),
    ...aboutGroups(deps),
    ...aboutRules(deps),
    ...aboutPipelines(deps),
    ...aboutTemplates(deps),
    ...aboutAwsSources(deps),
    ...aboutExplaining(deps),
    ...aboutTests(deps),
    ...aboutPublishing(deps),
    ...aboutMessages(deps),
    ...aboutHistory(deps),
    ...aboutDeliveries(deps),
  };
  const dispatch = createDispatch(endpoints, deps.groupsClaim);
  return middy(async (event: ApiEvent) => dispatch(event)).use(answerProblems(deps.log));
};
