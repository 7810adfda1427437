import { AccountRecovery, Mfa, UserPool, UserPoolClient } from "aws-cdk-lib/aws-cognito";
import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { UserPoolOutputName } from "../../shared/contracts/outputs.ts";
import type { Settings } from "../settings.ts";

/** Who issues the access tokens that open the API, and what they must be made for. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: readonly string[];
}

/** What {@link Identity} needs to know. */
export interface IdentityProps {
  readonly settings: Pick<Settings, "auth.issuer" | "auth.audience">;
  /** What becomes of the user pool when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
}

/** The issuer named in the settings or, when there is none, a Cognito user pool. */
export class Identity extends Construct implements TokenIssuer {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** What people need to log in to the stack's own user pool; empty with another issuer. */
  readonly outputs: Readonly<Partial<Record<UserPoolOutputName, string>>>;

  constructor(scope: Construct, id: string, { settings, removalPolicy }: IdentityProps) {
    super(scope, id);
    if (settings["auth.issuer"] !== "") {
      this.issuer = settings["auth.issuer"];
      this.audience = settings["auth.audience"];
      this.outputs = {};
      return;
    }
    const users = this.#createUserPool(removalPolicy);
    const client = new UserPoolClient(this, "Client", {
      userPool: users,
      authFlows: { userSrp: true, adminUserPassword: true },
      disableOAuth: true,
      accessTokenValidity: Duration.hours(1),
      preventUserExistenceErrors: true,
    });
    this.issuer = users.userPoolProviderUrl;
    this.audience = [client.userPoolClientId];
    this.outputs = { userPoolId: users.userPoolId, userPoolClientId: client.userPoolClientId };
  }

  #createUserPool(removalPolicy: RemovalPolicy): UserPool {
    const users = new UserPool(this, "Users", {
      // Roles are groups named "<scope>:<role>", so that whoever makes users decides what they may do.
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      removalPolicy,
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    });
    Validations.of(users).acknowledge(
      {
        id: "AwsSolutions-COG2",
        reason: "Scripts that configure tenants log in here too and have no second factor; people can turn it on.",
      },
      {
        id: "AwsSolutions-COG8",
        reason: "The plus plan costs several times as much per user; whoever needs it names an issuer of their own.",
      },
    );
    return users;
  }
}
