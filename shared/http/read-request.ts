import type { Actor, Change } from "../admin/ports.ts";
import { ID_FORM, ID_RULE } from "../contracts/bodies/fields.ts";
import { EVENT_ID_FORM, EVENT_ID_RULE } from "../contracts/bus-detail.ts";
import { MAX_ID_LENGTH } from "../contracts/pipeline-event.ts";
import { type EmailAddress, explainAddress, parseAddress } from "../domain/address.ts";
import { AppError } from "../domain/app-error.ts";
import { type DeliveryId, parseDeliveryId } from "../domain/delivery.ts";
import type { Call } from "./dispatch.ts";

/** A strong entity tag as we write them (RFC 9110 section 8.8.3). */
const OUR_ETAG = /^"([1-9][0-9]{0,14})"$/;

/** The id in the path of a group or rule. @throws AppError `invalid-input` */
export const readId = (call: Call): string => {
  const id = call.event.pathParameters?.id ?? "";
  if (!ID_FORM.test(id)) throw badParameter("id", ID_RULE);
  return id;
};

/** The id in the path of a pipeline's override: the pipeline's own. @throws AppError `invalid-input` */
export const readPipelineId = (call: Call): string => {
  const id = call.event.pathParameters?.id ?? "";
  if (id === "" || id.length > MAX_ID_LENGTH || !id.isWellFormed()) {
    throw badParameter("id", `must be the id of a pipeline, 1 to ${MAX_ID_LENGTH} characters`);
  }
  return id;
};

/** The id in the path of an event. @throws AppError `invalid-input` */
export const readEventId = (call: Call): string => {
  const id = call.event.pathParameters?.id ?? "";
  if (!EVENT_ID_FORM.test(id)) throw badParameter("id", EVENT_ID_RULE);
  return id;
};

/** The id in the path of a delivery. @throws AppError `invalid-input` */
export const readDeliveryId = (call: Call): DeliveryId => {
  const id = parseDeliveryId(call.event.pathParameters?.id ?? "");
  if (id === undefined) throw badParameter("id", "must be a delivery id as the API shows them");
  return id;
};

/** The address in the path. @throws AppError `invalid-input` */
export const readAddress = (call: Call): EmailAddress => {
  const text = call.event.pathParameters?.address ?? "";
  const address = parseAddress(text);
  if (address === undefined) throw badParameter("address", explainAddress(text) ?? "must be an e-mail address");
  return address;
};

/** A switch in the query; absent is false. @throws AppError `invalid-input` */
export const readFlag = (call: Call, name: string): boolean => {
  const value = call.event.queryStringParameters?.[name] ?? "false";
  if (value !== "true" && value !== "false") throw badParameter(name, 'must be "true" or "false"');
  return value === "true";
};

/** Who does something. */
export const readActor = ({ caller }: Call, at: Date): Actor => ({ by: caller.subject, byName: caller.name, at });

/** Who changes what, with the versions they name in `If-Match`. @throws AppError `precondition-failed` */
export const readChange = (call: Call, at: Date): Change => ({
  ...readActor(call, at),
  ifVersion: readIfMatch(call.event.headers?.["if-match"]),
});

/** A tag that we cannot have written matches no version: weak ones never match (RFC 9110 section 13.1.1). */
const readIfMatch = (header: string | undefined): Change["ifVersion"] => {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return "*";
  const versions = header.split(",").flatMap((tag) => {
    const version = OUR_ETAG.exec(tag.trim())?.[1];
    return version === undefined ? [] : [Number(version)];
  });
  if (versions.length === 0 || versions.length > 20) {
    throw new AppError(
      "precondition-failed",
      'If-Match must be an ETag of this document as it was answered, such as "3".',
    );
  }
  return versions;
};

/** The error for a parameter of the path or the query. */
export const badParameter = (path: string, message: string): AppError =>
  new AppError("invalid-input", `The parameter "${path}" is not acceptable.`, [{ path, message }]);
