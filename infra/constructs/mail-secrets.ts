import { ArnFormat, type Stack, Validations } from "aws-cdk-lib/core";
import type { Construct } from "constructs";

/** Secrets of all scopes. They are made while the system runs, so that infrastructure knows only their names. */
export interface MailSecrets {
  /** What their names begin with, without a slash at the end. */
  readonly prefix: string;
  /** Every one of them, as an ARN with a wildcard. */
  readonly arn: string;
}

/** Secrets for those who open connections: passwords and keys. Names begin with `<prefix>/mail`. */
export const mailSecrets = (stack: Stack, prefix: string): MailSecrets => secretsBelow(stack, `${prefix}/mail`);

/** Secrets for those who talk to OAuth issuers: client secrets and tokens. Names begin with `<prefix>/oauth`. */
export const oauthSecrets = (stack: Stack, prefix: string): MailSecrets => secretsBelow(stack, `${prefix}/oauth`);

const secretsBelow = (stack: Stack, prefix: string): MailSecrets => ({
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
