import { AWS_SOURCES } from "../contracts/aws/services.ts";
import { AppError, type InputIssue } from "../domain/app-error.ts";
import type { AwsSource } from "../domain/aws-source.ts";
import { SYSTEM } from "../domain/scope.ts";
import { type Catalog, createCatalog } from "./catalog.ts";
import type { ConfigStore } from "./ports.ts";

/**
 * The use cases of registrations of AWS events. Putting one checks that its pattern, which has been read already, asks
 * for nothing but the services that are understood.
 */
export const createAwsSources = (config: Pick<ConfigStore, "scopes" | "awsSources">): Catalog<AwsSource> => {
  const catalog = createCatalog(config, config.awsSources, "AWS source");
  return {
    ...catalog,
    put: async (source, change) => {
      if (source.scope === SYSTEM) {
        throw new AppError("conflict", "The scope system has no events of its own. Register them at a tenant's scope.");
      }
      const issues = explainSource(source.pattern.source);
      if (issues.length > 0) throw new AppError("invalid-input", "The request body is not acceptable.", issues);
      return catalog.put(source, change);
    },
  };
};

const CHOICE = AWS_SOURCES.map((source) => JSON.stringify(source)).join(" or ");

/** The sources are named one by one, so that it can be seen whose events a registration takes. */
const explainSource = (source: unknown): InputIssue[] => {
  if (!Array.isArray(source)) return [{ path: "pattern.source", message: `must be a list of ${CHOICE}` }];
  return source.flatMap((one, index) =>
    AWS_SOURCES.includes(one) ? [] : [{ path: `pattern.source[${index}]`, message: `must be ${CHOICE}` }],
  );
};
