import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";

/** What {@link Storage} needs to know. */
export interface StorageProps {
  /** What becomes of the tables when the stack is deleted. `RETAIN` also refuses to delete them by hand. */
  readonly removalPolicy: RemovalPolicy;
}

/** The two tables: what administrators configure, and what became of events and mails. */
export class Storage extends Construct {
  readonly config: Table;
  readonly deliveries: Table;
  /** Sparse index on {@link deliveries}: only those that wait for their time have its keys. */
  readonly dueIndexName = "due";
  readonly dueIndexArn: string;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    const keyed = {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy,
      deletionProtection: props.removalPolicy === RemovalPolicy.RETAIN,
    };
    this.config = new Table(this, "Config", keyed);
    this.deliveries = new Table(this, "Deliveries", { ...keyed, timeToLiveAttribute: "expiresAt" });
    this.deliveries.addGlobalSecondaryIndex({
      indexName: this.dueIndexName,
      partitionKey: { name: "dueShard", type: AttributeType.STRING },
      sortKey: { name: "dueAt", type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.dueIndexArn = `${this.deliveries.tableArn}/index/${this.dueIndexName}`;
  }
}
