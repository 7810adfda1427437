/**
 * The AWS services whose own events are understood, by the name the deploy-time setting has for them, with the
 * `detail-type`s that are taken in. Services also put their API calls on the bus; those are left alone.
 */
export const AWS_SERVICES = {
  codepipeline: {
    source: "aws.codepipeline",
    detailTypes: [
      "CodePipeline Pipeline Execution State Change",
      "CodePipeline Stage Execution State Change",
      "CodePipeline Action Execution State Change",
    ],
  },
  codebuild: { source: "aws.codebuild", detailTypes: ["CodeBuild Build State Change"] },
  codedeploy: {
    source: "aws.codedeploy",
    detailTypes: ["CodeDeploy Deployment State-change Notification", "CodeDeploy Instance State-change Notification"],
  },
  states: { source: "aws.states", detailTypes: ["Step Functions Execution Status Change"] },
} as const;

/** Name of a service in {@link AWS_SERVICES}. */
export type AwsService = keyof typeof AWS_SERVICES;

/** The names of all services whose events are understood. */
export const AWS_SERVICE_NAMES = Object.keys(AWS_SERVICES) as readonly AwsService[];

/** What the `source` of their events can be. */
export const AWS_SOURCES: readonly string[] = AWS_SERVICE_NAMES.map((name) => AWS_SERVICES[name].source);

/** Whether events of this source come from AWS itself: EventBridge lets nobody else publish them. */
export const isAwsSource = (source: string): boolean => source.startsWith("aws.");
