import { type App, CfnOutput, DefaultStackSynthesizer, type IStackSynthesizer, Stack } from "aws-cdk-lib/core";
import type { CodeFor } from "./constructs/function.ts";
import type { Settings } from "./settings.ts";
import { Tidings } from "./tidings.ts";

/**
 * Without the rule that reads an SSM parameter of a bootstrapped account: `cdk deploy` checks for it by itself. The
 * cast is for `exactOptionalPropertyTypes`, which the library's own declarations do not agree with.
 */
const SYNTHESIZER = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer;

/** The stack that `cdk deploy` makes: one Tidings with its outputs. It is tied to no account and no region. */
export class TidingsStack extends Stack {
  readonly tidings: Tidings;

  constructor(app: App, settings: Settings, codeFor: CodeFor) {
    super(app, settings["stack.name"], {
      description: "Tidings: multi-tenant e-mail notifications for pipelines.",
      synthesizer: SYNTHESIZER,
    });
    this.tidings = new Tidings(this, "Tidings", { settings, codeFor });
    for (const [name, value] of Object.entries(this.tidings.outputs)) {
      new CfnOutput(this, `Output-${name}`, { value }).overrideLogicalId(name);
    }
  }
}
