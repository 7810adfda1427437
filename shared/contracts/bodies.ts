import type * as z from "zod/mini";
import { awsSourceBody } from "./bodies/aws-source.ts";
import { brandBody } from "./bodies/brand.ts";
import { credentialsBody } from "./bodies/credentials.ts";
import { eventBody } from "./bodies/event.ts";
import { describedExplainBody } from "./bodies/explain.ts";
import { groupBody } from "./bodies/group.ts";
import { mailSettingsBody } from "./bodies/mail-settings.ts";
import { messageBody } from "./bodies/message.ts";
import { pipelineOverrideBody } from "./bodies/pipeline-override.ts";
import { describedPreviewBody } from "./bodies/preview.ts";
import { ruleBody } from "./bodies/rule.ts";
import { scopeBody } from "./bodies/scope.ts";
import { suppressionBody } from "./bodies/suppression.ts";
import { templateBody } from "./bodies/template.ts";
import { testConnectionBody } from "./bodies/test-connection.ts";
import type { Operation } from "./routes.ts";

/** The schemas of request bodies, by the operation that takes them, for the OpenAPI document. */
export const REQUEST_BODIES: Readonly<Partial<Record<Operation, z.ZodMiniType>>> = {
  putScope: scopeBody,
  putMailSettings: mailSettingsBody,
  putCredentials: credentialsBody,
  testMailSettings: testConnectionBody,
  putBrand: brandBody,
  putTemplate: templateBody,
  previewTemplate: describedPreviewBody,
  putGroup: groupBody,
  putRule: ruleBody,
  putPipelineNotifications: pipelineOverrideBody,
  putAwsSource: awsSourceBody,
  addSuppression: suppressionBody,
  explain: describedExplainBody,
  publishEvent: eventBody,
  sendMessage: messageBody,
};
