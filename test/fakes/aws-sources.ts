import { parsePattern } from "../../shared/domain/pattern.ts";
import type { AwsSourceDirectory } from "../../shared/flow/ports.ts";
import { scopeOf } from "./builders.ts";

/** Nobody registered an AWS event. */
export const NO_AWS_SOURCES: AwsSourceDirectory = { load: async () => [] };

/** Registrations that never change; `loads` counts how often they were asked for. */
export const fixedAwsSources = (
  ...registered: readonly (readonly [scope: string, pattern: object])[]
): AwsSourceDirectory & { loads: number } => ({
  loads: 0,
  async load() {
    this.loads += 1;
    return registered.map(([scope, pattern]) => {
      const parsed = parsePattern(pattern);
      if ("issues" in parsed) throw new Error(`no pattern: ${JSON.stringify(parsed.issues)}`);
      return { scope: scopeOf(scope), pattern: parsed.pattern };
    });
  },
});
