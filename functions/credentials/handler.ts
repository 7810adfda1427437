import middy from "@middy/core";
import { createAuditTrail } from "../../shared/admin/audit.ts";
import { auditedConfig } from "../../shared/admin/audited-config.ts";
import {
  deleteCredentials,
  putCredentials,
  type ResetDeps,
  resetMailSettings,
} from "../../shared/admin/credentials.ts";
import type { AuditStore, ConfigStore, Publisher } from "../../shared/admin/ports.ts";
import { viewSecrets } from "../../shared/admin/views.ts";
import { credentialsBody } from "../../shared/contracts/bodies/credentials.ts";
import type { Log } from "../../shared/domain/log.ts";
import { answerProblems } from "../../shared/http/answer-problems.ts";
import type { ApiEvent } from "../../shared/http/api-event.ts";
import { createDispatch, type Endpoints } from "../../shared/http/dispatch.ts";
import { readBody } from "../../shared/http/read-body.ts";
import { readChange } from "../../shared/http/read-request.ts";

/** What giving and deleting secrets needs. */
export interface CredentialsHandlerDeps extends ConfigStore, ResetDeps {
  readonly audit: AuditStore;
  readonly publisher: Publisher;
  readonly log: Log;
  readonly groupsClaim: string;
  readonly now: () => Date;
}

/** Answers the operations that write or delete secrets. */
export const createCredentialsHandler = (deps: CredentialsHandlerDeps) => {
  const audited = { ...deps, ...auditedConfig(deps, createAuditTrail(deps)) };
  const endpoints: Endpoints<"credentials"> = {
    putCredentials: async (call) => {
      const credentials = readBody(call.event, credentialsBody);
      const settings = await putCredentials(audited, call.scope, credentials, readChange(call, deps.now()));
      return { body: viewSecrets(settings.value, settings.secrets) };
    },
    deleteCredentials: async (call) => {
      await deleteCredentials(audited, call.scope, readChange(call, deps.now()));
      return {};
    },
    deleteMailSettings: async (call) => {
      await resetMailSettings(audited, call.scope, readChange(call, deps.now()));
      return {};
    },
  };
  const dispatch = createDispatch(endpoints, deps.groupsClaim);
  return middy(async (event: ApiEvent) => dispatch(event)).use(answerProblems(deps.log));
};
