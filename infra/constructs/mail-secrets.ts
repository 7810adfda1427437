import { ArnFormat, type Stack, Validations } from "aws-cdk-lib/core";
import type { Construct } from "constructs";

/** The secrets of all scopes. They are made while the system runs, so that infrastructure knows only their names. */
export interface MailSecrets {
  /** What their names begin with, without a slash at the end. */
  readonly prefix: string;
  /** Every one of them, as an ARN with a wildcard. */
  readonly arn: string;
}

/** The secrets whose names begin with a prefix, in the account and region of a stack. */
export const mailSecrets = (stack: Stack, prefix: string): MailSecrets => ({
  prefix,
  arn: stack.formatArn({
    service: "secretsmanager",
    resource: "secret",
    resourceName: `${prefix}/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  }),
});

/** Accepts, below `scope`, the one wildcard that {@link MailSecrets.arn} holds. */
export const acknowledgeSecretWildcard = (scope: Construct, { prefix }: MailSecrets): void =>
  Validations.of(scope).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${prefix}/*]`,
    reason: "A scope's secret is made when an administrator gives its first credential; only the prefix is known here.",
  });
