import type { Role } from "../domain/role.ts";

/** Functions that answer API requests. */
export type ApiFunction = "admin" | "credentials" | "oauth" | "connect" | "feedback";

/** One operation of the API. */
export interface Route {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Path below the API's root, with `{parameters}` as API Gateway writes them. */
  readonly path: `/v1/${string}`;
  /** Name of the operation in the OpenAPI document and in the handlers' tables. */
  readonly operation: string;
  readonly function: ApiFunction;
  /**
   * Who may call it: a role held at the path's scope; `anyone` with a valid token (the answer is limited to what they
   * may see); or `public`, without a token.
   */
  readonly access: Role | "anyone" | "public";
  /** One line for the OpenAPI document. */
  readonly summary: string;
}

const SCOPE = "/v1/scopes/{scope}";

/** Where OAuth issuers send the browser back to. */
export const OAUTH_CALLBACK_PATH = "/v1/oauth/callback";

/** Where the links to unsubscribe lead, followed by a slash and the token. */
export const UNSUBSCRIBE_PATH = "/v1/unsubscribe";

/**
 * Every operation there is. API Gateway's routes, the handlers' dispatch, the role check, the OpenAPI document and the
 * role-matrix test are all made from this table.
 */
// biome-ignore format: one operation a line reads as the table it is.
export const ROUTES = [
  { method: "GET", path: "/v1/health", operation: "getHealth", function: "admin", access: "public", summary: "Whether the API answers." },
  { method: "GET", path: "/v1/openapi.json", operation: "getOpenApi", function: "admin", access: "public", summary: "This API as an OpenAPI document." },

  { method: "GET", path: "/v1/presets", operation: "listPresets", function: "admin", access: "anyone", summary: "Well-known mail providers with what they fill in." },
  { method: "GET", path: "/v1/scopes", operation: "listScopes", function: "admin", access: "anyone", summary: "The scopes the caller may see." },
  { method: "GET", path: SCOPE, operation: "getScope", function: "admin", access: "viewer", summary: "One scope." },
  { method: "PUT", path: SCOPE, operation: "putScope", function: "admin", access: "admin", summary: "Create or rename a scope." },
  { method: "DELETE", path: SCOPE, operation: "deleteScope", function: "admin", access: "admin", summary: "Delete an empty scope." },

  { method: "GET", path: `${SCOPE}/mail-settings`, operation: "getMailSettings", function: "admin", access: "viewer", summary: "The scope's mail settings, or with effective=true those in force." },
  { method: "PUT", path: `${SCOPE}/mail-settings`, operation: "putMailSettings", function: "admin", access: "admin", summary: "Set sender, provider and limits." },
  { method: "DELETE", path: `${SCOPE}/mail-settings`, operation: "deleteMailSettings", function: "credentials", access: "admin", summary: "Reset: the ancestor's settings apply again; the scope's secrets are deleted." },
  { method: "PUT", path: `${SCOPE}/mail-settings/credentials`, operation: "putCredentials", function: "credentials", access: "admin", summary: "Give or rotate secrets. They can never be read back." },
  { method: "DELETE", path: `${SCOPE}/mail-settings/credentials`, operation: "deleteCredentials", function: "credentials", access: "admin", summary: "Delete the scope's secrets." },

  { method: "POST", path: `${SCOPE}/mail-settings/test`, operation: "testMailSettings", function: "connect", access: "admin", summary: "Connect, log in and send one mail, and tell each step." },
  { method: "GET", path: `${SCOPE}/mail-settings/oauth`, operation: "getOAuth", function: "oauth", access: "viewer", summary: "Whether the mailbox is connected, and the redirect URI to register." },
  { method: "DELETE", path: `${SCOPE}/mail-settings/oauth`, operation: "deleteOAuth", function: "oauth", access: "admin", summary: "Disconnect the mailbox." },
  { method: "POST", path: `${SCOPE}/mail-settings/oauth/authorize`, operation: "authorizeOAuth", function: "oauth", access: "admin", summary: "Begin consent: the page to open in a browser." },
  { method: "GET", path: OAUTH_CALLBACK_PATH, operation: "oauthCallback", function: "oauth", access: "public", summary: "Where the issuer sends the browser back to." },

  { method: "GET", path: `${SCOPE}/brand`, operation: "getBrand", function: "admin", access: "viewer", summary: "How the scope's mails look." },
  { method: "PUT", path: `${SCOPE}/brand`, operation: "putBrand", function: "admin", access: "editor", summary: "Set name, logo, colour, footer, language and time zone of mails." },
  { method: "DELETE", path: `${SCOPE}/brand`, operation: "deleteBrand", function: "admin", access: "editor", summary: "Reset: the ancestor's brand applies again." },

  { method: "GET", path: `${SCOPE}/groups`, operation: "listGroups", function: "admin", access: "viewer", summary: "The scope's groups." },
  { method: "GET", path: `${SCOPE}/groups/{id}`, operation: "getGroup", function: "admin", access: "viewer", summary: "One group." },
  { method: "PUT", path: `${SCOPE}/groups/{id}`, operation: "putGroup", function: "admin", access: "editor", summary: "Create or replace a group." },
  { method: "DELETE", path: `${SCOPE}/groups/{id}`, operation: "deleteGroup", function: "admin", access: "editor", summary: "Delete a group." },
  { method: "POST", path: `${SCOPE}/groups/{id}/test`, operation: "testGroup", function: "admin", access: "editor", summary: "Send a sample to everybody a group mails." },

  { method: "GET", path: `${SCOPE}/rules`, operation: "listRules", function: "admin", access: "viewer", summary: "The scope's rules." },
  { method: "GET", path: `${SCOPE}/rules/{id}`, operation: "getRule", function: "admin", access: "viewer", summary: "One rule." },
  { method: "PUT", path: `${SCOPE}/rules/{id}`, operation: "putRule", function: "admin", access: "editor", summary: "Create or replace a rule." },
  { method: "DELETE", path: `${SCOPE}/rules/{id}`, operation: "deleteRule", function: "admin", access: "editor", summary: "Delete a rule." },
  { method: "POST", path: `${SCOPE}/rules/{id}/test`, operation: "testRule", function: "admin", access: "editor", summary: "Send a sample to the audience of a rule." },

  { method: "GET", path: `${SCOPE}/pipelines/{id}/notifications`, operation: "getPipelineNotifications", function: "admin", access: "viewer", summary: "What holds for one pipeline instead of the rules." },
  { method: "PUT", path: `${SCOPE}/pipelines/{id}/notifications`, operation: "putPipelineNotifications", function: "admin", access: "editor", summary: "Inherit, customise or mute the notifications of one pipeline." },
  { method: "DELETE", path: `${SCOPE}/pipelines/{id}/notifications`, operation: "deletePipelineNotifications", function: "admin", access: "editor", summary: "Reset: the rules apply again." },

  { method: "GET", path: `${SCOPE}/templates`, operation: "listTemplates", function: "admin", access: "viewer", summary: "The scope's templates." },
  { method: "GET", path: `${SCOPE}/templates/{id}`, operation: "getTemplate", function: "admin", access: "viewer", summary: "One template." },
  { method: "PUT", path: `${SCOPE}/templates/{id}`, operation: "putTemplate", function: "admin", access: "editor", summary: "Create a template, or a new version of one." },
  { method: "DELETE", path: `${SCOPE}/templates/{id}`, operation: "deleteTemplate", function: "admin", access: "editor", summary: "Delete a template." },
  { method: "POST", path: `${SCOPE}/templates/preview`, operation: "previewTemplate", function: "admin", access: "viewer", summary: "Render a template against a sample or a past event." },

  { method: "GET", path: `${SCOPE}/aws-sources`, operation: "listAwsSources", function: "admin", access: "viewer", summary: "Which of AWS's own events belong to the scope." },
  { method: "GET", path: `${SCOPE}/aws-sources/{id}`, operation: "getAwsSource", function: "admin", access: "viewer", summary: "One registration of AWS events." },
  { method: "PUT", path: `${SCOPE}/aws-sources/{id}`, operation: "putAwsSource", function: "admin", access: "admin", summary: "Register events of AWS services for the scope." },
  { method: "DELETE", path: `${SCOPE}/aws-sources/{id}`, operation: "deleteAwsSource", function: "admin", access: "admin", summary: "Delete a registration of AWS events." },

  { method: "GET", path: `${SCOPE}/suppressions`, operation: "listSuppressions", function: "admin", access: "viewer", summary: "Addresses that the scope's tenant does not mail." },
  { method: "POST", path: `${SCOPE}/suppressions`, operation: "addSuppression", function: "admin", access: "editor", summary: "Mail an address no more, anywhere in the tenant." },
  { method: "DELETE", path: `${SCOPE}/suppressions/{address}`, operation: "deleteSuppression", function: "admin", access: "editor", summary: "Mail an address again." },

  { method: "POST", path: `${SCOPE}/explain`, operation: "explain", function: "admin", access: "viewer", summary: "Who would get an event, and why not the others; nothing is sent." },
  { method: "POST", path: `${SCOPE}/events`, operation: "publishEvent", function: "admin", access: "publisher", summary: "Publish an event." },
  { method: "POST", path: `${SCOPE}/messages`, operation: "sendMessage", function: "admin", access: "publisher", summary: "Send a mail to named recipients, without any rule." },

  { method: "GET", path: `${SCOPE}/audit`, operation: "listAudit", function: "admin", access: "admin", summary: "Who changed what, and when, newest first." },
  { method: "GET", path: `${SCOPE}/events`, operation: "listEvents", function: "admin", access: "viewer", summary: "Events taken in, newest first." },
  { method: "GET", path: `${SCOPE}/events/{id}`, operation: "getEvent", function: "admin", access: "viewer", summary: "Why an event did or did not become mail." },
  { method: "GET", path: `${SCOPE}/deliveries`, operation: "listDeliveries", function: "admin", access: "viewer", summary: "Deliveries, newest first." },
  { method: "GET", path: `${SCOPE}/deliveries/{id}`, operation: "getDelivery", function: "admin", access: "viewer", summary: "One delivery with its attempts." },
  { method: "POST", path: `${SCOPE}/deliveries/{id}/retry`, operation: "retryDelivery", function: "admin", access: "admin", summary: "Send a mail again that ended without being accepted." },
  { method: "POST", path: `${SCOPE}/deliveries/{id}/release`, operation: "releaseDelivery", function: "admin", access: "admin", summary: "Send a waiting or held mail now." },
  { method: "POST", path: `${SCOPE}/deliveries/{id}/cancel`, operation: "cancelDelivery", function: "admin", access: "admin", summary: "Give up a mail that was not sent yet." },

  { method: "GET", path: `${UNSUBSCRIBE_PATH}/{token}`, operation: "showUnsubscribe", function: "feedback", access: "public", summary: "The page behind the link of a mail to unsubscribe. It changes nothing." },
  { method: "POST", path: `${UNSUBSCRIBE_PATH}/{token}`, operation: "unsubscribe", function: "feedback", access: "public", summary: "Unsubscribe the address in the link from the mails that rules cause, with one click (RFC 8058)." },
  { method: "POST", path: "/v1/webhooks/sendgrid/{scope}", operation: "takeSendGridEvents", function: "feedback", access: "public", summary: "Where SendGrid posts what becomes of the mails of the scope's settings, signed." },
] as const satisfies readonly Route[];

/** Name of an operation in {@link ROUTES}. */
export type Operation = (typeof ROUTES)[number]["operation"];

/** Operations that one function answers. */
export type OperationOf<F extends ApiFunction> = Extract<(typeof ROUTES)[number], { function: F }>["operation"];

/** API Gateway's name for a route, as in `event.routeKey`. */
export const routeKeyOf = (route: Pick<Route, "method" | "path">): string => `${route.method} ${route.path}`;
