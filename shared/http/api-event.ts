/** What the functions read of a request as an HTTP API sends it (payload format 2.0). */
export interface ApiEvent {
  /** `PUT /v1/scopes/{scope}`: which route of the route table was met. */
  readonly routeKey: string;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | undefined;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  readonly requestContext: {
    readonly requestId: string;
    /** Absent on public routes. The claims were verified by the API's JWT authorizer. */
    readonly authorizer?: { readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> } } | undefined;
  };
}

/** A response as an HTTP API takes it. */
export interface ApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
