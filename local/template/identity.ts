import { arnOf, type Place } from "./place.ts";

/** What other resources see of a resource: its `Ref` and its `Fn::GetAtt` attributes. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** How resources of one type are named and addressed. */
export interface TypeIdentity {
  /** The property that holds the physical name, when the type has one. */
  readonly nameProperty?: string;
  readonly identify: (name: string, place: Place) => Identity;
}

const withArn =
  (service: string, resource: (name: string) => string) =>
  (name: string, place: Place): Identity => ({
    ref: name,
    attributes: { Arn: arnOf(place, service, resource(name)) },
  });

const byName = (name: string): Identity => ({ ref: name, attributes: {} });

/** Every resource type that has an effect in the local stack. */
export const RUN_TYPES: Readonly<Record<string, TypeIdentity>> = {
  "AWS::DynamoDB::Table": { nameProperty: "TableName", identify: withArn("dynamodb", (name) => `table/${name}`) },
  "AWS::SQS::Queue": {
    nameProperty: "QueueName",
    identify: (name, place) => {
      const url = `${place.sqsUrl}/${place.accountId}/${name}`;
      return { ref: url, attributes: { Arn: arnOf(place, "sqs", name), QueueName: name, QueueUrl: url } };
    },
  },
  "AWS::Events::EventBus": {
    nameProperty: "Name",
    identify: (name, place) => ({
      ref: name,
      attributes: { Arn: arnOf(place, "events", `event-bus/${name}`), Name: name },
    }),
  },
  "AWS::Events::Rule": { nameProperty: "Name", identify: withArn("events", (name) => `rule/${name}`) },
  "AWS::Lambda::Function": { nameProperty: "FunctionName", identify: withArn("lambda", (name) => `function:${name}`) },
  "AWS::Lambda::EventSourceMapping": { identify: byName },
  "AWS::SecretsManager::Secret": {
    nameProperty: "Name",
    // Without the random suffix, which nobody knows before the secret is there: it is found by this just as well.
    identify: (name, place) => {
      const arn = arnOf(place, "secretsmanager", `secret:${name}`);
      return { ref: arn, attributes: { Id: arn } };
    },
  },
  "AWS::ApiGatewayV2::Api": {
    identify: (name, place) => ({ ref: name, attributes: { ApiId: name, ApiEndpoint: place.apiUrl } }),
  },
  "AWS::ApiGatewayV2::Route": { identify: byName },
  "AWS::ApiGatewayV2::Integration": { identify: byName },
  "AWS::ApiGatewayV2::Authorizer": { identify: byName },
};

/** Resource types that the local stack leaves out, each because of what it would have been for. */
export const IGNORED_TYPES: Readonly<Record<string, TypeIdentity & { readonly because: string }>> = {
  "AWS::ApiGatewayV2::Stage": {
    because: "the API has its one $default stage; throttling is not imitated",
    identify: byName,
  },
  "AWS::CDK::Metadata": { because: "it is for statistics", identify: byName },
  "AWS::CloudWatch::Alarm": {
    because: "metrics are only logged",
    identify: withArn("cloudwatch", (name) => `alarm:${name}`),
  },
  "AWS::CloudWatch::Dashboard": { because: "metrics are only logged", identify: byName },
  "AWS::Cognito::UserPool": {
    because: "the local issuer signs the tokens",
    identify: withArn("cognito-idp", (name) => `userpool/${name}`),
  },
  "AWS::Cognito::UserPoolClient": { because: "the local issuer signs the tokens", identify: byName },
  "AWS::Cognito::UserPoolDomain": { because: "the local issuer signs the tokens", identify: byName },
  "AWS::Cognito::UserPoolGroup": { because: "the local issuer signs the tokens", identify: byName },
  "AWS::IAM::ManagedPolicy": { because: "permissions are not checked", identify: byName },
  "AWS::IAM::Policy": { because: "permissions are not checked", identify: byName },
  "AWS::IAM::Role": {
    because: "permissions are not checked",
    nameProperty: "RoleName",
    identify: withArn("iam", (name) => `role/${name}`),
  },
  "AWS::Lambda::Permission": { because: "permissions are not checked", identify: byName },
  "AWS::Logs::LogGroup": {
    because: "logs are files",
    nameProperty: "LogGroupName",
    identify: withArn("logs", (name) => `log-group:${name}:*`),
  },
  "AWS::SNS::Topic": {
    because: "only alarms publish to it",
    nameProperty: "TopicName",
    identify: withArn("sns", (name) => name),
  },
  "AWS::SNS::TopicPolicy": { because: "permissions are not checked", identify: byName },
  "AWS::SQS::QueuePolicy": { because: "permissions are not checked", identify: byName },
};
