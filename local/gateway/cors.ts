import type { OutgoingHttpHeaders } from "node:http";
import type { CorsConfiguration } from "../template/api.ts";

/** Headers that a browser asks about or gets, by API Gateway's rules: nothing for origins that are not allowed. */
export const corsHeaders = (cors: CorsConfiguration | undefined, origin: string | undefined): OutgoingHttpHeaders => {
  const allowed = allowedOrigin(cors, origin);
  if (cors === undefined || allowed === undefined) return {};
  return {
    "access-control-allow-origin": allowed,
    ...(allowed === "*" ? {} : { vary: "Origin" }),
    ...(cors.AllowCredentials === true ? { "access-control-allow-credentials": "true" } : {}),
    ...(cors.ExposeHeaders === undefined ? {} : { "access-control-expose-headers": cors.ExposeHeaders.join(",") }),
  };
};

/** What a preflight is answered with, besides {@link corsHeaders}. */
export const preflightHeaders = (cors: CorsConfiguration, origin: string | undefined): OutgoingHttpHeaders =>
  allowedOrigin(cors, origin) === undefined
    ? {}
    : {
        ...(cors.AllowMethods === undefined ? {} : { "access-control-allow-methods": cors.AllowMethods.join(",") }),
        ...(cors.AllowHeaders === undefined ? {} : { "access-control-allow-headers": cors.AllowHeaders.join(",") }),
        ...(cors.MaxAge === undefined ? {} : { "access-control-max-age": String(cors.MaxAge) }),
      };

const allowedOrigin = (cors: CorsConfiguration | undefined, origin: string | undefined): string | undefined => {
  if (origin === undefined || cors?.AllowOrigins === undefined) return undefined;
  if (cors.AllowOrigins.includes("*")) return "*";
  return cors.AllowOrigins.includes(origin) ? origin : undefined;
};
