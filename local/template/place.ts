/** Where the template's resources live: what pseudo parameters, ARNs and URLs are made of. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** Where queues are answered: queue URLs begin with it. */
  readonly sqsUrl: string;
  /** Where the HTTP API is answered. */
  readonly apiUrl: string;
}

/** Region of everything in the local stack. */
export const LOCAL_REGION = "us-east-1";

/** Account of everything in the local stack: the one AWS emulators use. */
export const LOCAL_ACCOUNT_ID = "000000000000";

/** The ARN of something in this place. */
export const arnOf = (place: Place, service: string, resource: string): string =>
  `arn:aws:${service}:${place.region}:${place.accountId}:${resource}`;
