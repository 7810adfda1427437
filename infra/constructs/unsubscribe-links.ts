import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { type RemovalPolicy, Validations } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { UNSUBSCRIBE_PATH } from "../../shared/contracts/routes.ts";
import type { Permission } from "./function.ts";

/** What {@link UnsubscribeLinks} needs to know. */
export interface UnsubscribeLinksProps {
  /** Where the API is, without a slash at the end. */
  readonly apiUrl: string;
  /** What becomes of the key when the stack is deleted: without it no link in any mailbox works any more. */
  readonly removalPolicy: RemovalPolicy;
}

/** The links by which people unsubscribe: where they lead, and the key that seals who is meant. */
export class UnsubscribeLinks extends Construct {
  /** What the links begin with, without a slash at the end. */
  readonly url: string;
  readonly keySecretArn: string;
  /** To read the key, and no other secret. */
  readonly readKey: Permission;

  constructor(scope: Construct, id: string, { apiUrl, removalPolicy }: UnsubscribeLinksProps) {
    super(scope, id);
    const key = new Secret(this, "Key", {
      description:
        "Tidings: seals the links by which people unsubscribe. Links of mails sent before a change end with it.",
      // 62 to the power of 64: more than 256 bits. CloudFormation makes a new value when any of this changes, and another
      // secret when the construct is moved or renamed: both end the links in all mails sent before.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy,
    });
    Validations.of(key).acknowledge({
      id: "AwsSolutions-SMG4",
      reason:
        "Links work for as long as people keep their mails: a key that rotates would end those of all mails before.",
    });
    this.url = `${apiUrl}${UNSUBSCRIBE_PATH}`;
    this.keySecretArn = key.secretArn;
    this.readKey = { actions: ["secretsmanager:GetSecretValue"], on: [key.secretArn] };
  }
}
