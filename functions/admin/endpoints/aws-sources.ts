import { createAwsSources } from "../../../shared/admin/aws-sources.ts";
import { awsSourceBody } from "../../../shared/contracts/bodies/aws-source.ts";
import { readDraft } from "../../../shared/http/read-body.ts";
import type { AdminDeps, Part } from "./deps.ts";
import { documentEndpoints } from "./documents.ts";

/** Registrations of AWS's own events. */
export const aboutAwsSources = ({
  config,
  now,
}: AdminDeps): Part<"listAwsSources" | "getAwsSource" | "putAwsSource" | "deleteAwsSource"> => {
  const sources = documentEndpoints(
    createAwsSources(config),
    (call, id) => ({ ...readDraft(call.event, awsSourceBody), id, scope: call.scope }),
    now,
  );
  return {
    listAwsSources: sources.list,
    getAwsSource: sources.get,
    putAwsSource: sources.put,
    deleteAwsSource: sources.remove,
  };
};
