import type * as z from "zod/mini";
import { credentialsBody } from "./bodies/credentials.ts";
import { groupBody } from "./bodies/group.ts";
import { mailSettingsBody } from "./bodies/mail-settings.ts";
import { ruleBody } from "./bodies/rule.ts";
import { scopeBody } from "./bodies/scope.ts";
import { testConnectionBody } from "./bodies/test-connection.ts";
import type { Operation } from "./routes.ts";

/** The schemas of request bodies, by the operation that takes them, for the OpenAPI document. */
export const REQUEST_BODIES: Readonly<Partial<Record<Operation, z.ZodMiniType>>> = {
  putScope: scopeBody,
  putMailSettings: mailSettingsBody,
  putCredentials: credentialsBody,
  testMailSettings: testConnectionBody,
  putGroup: groupBody,
  putRule: ruleBody,
};
