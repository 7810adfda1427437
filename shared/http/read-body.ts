import type * as z from "zod/mini";
import { parseJson } from "../contracts/json.ts";
import { parseBody } from "../contracts/parse-body.ts";
import { withoutReadOnlyFields } from "../contracts/read-only-fields.ts";
import { AppError } from "../domain/app-error.ts";
import type { ApiEvent } from "./api-event.ts";

/** Largest request body in bytes: a document has to fit a DynamoDB item (400 KB). */
export const MAX_BODY_BYTES = 256 * 1024;

/** Levels of objects and lists within each other: far more than any body has. */
const MAX_DEPTH = 20;

/** Names that reach into JavaScript's own objects when a document is merged carelessly. */
const REFUSED_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/**
 * The request's body, checked against its schema.
 * @throws AppError `payload-too-large`, `malformed-body` (never with a piece of the body: it may be a secret), or
 * `invalid-input` that names each field to mend.
 */
export const readBody = <T>(event: ApiEvent, schema: z.ZodMiniType<T>): T => parseBody(schema, readJson(event));

/**
 * The document in the request's body, checked against its schema. What answers add to documents is passed over.
 * @throws AppError like {@link readBody}
 */
export const readDraft = <T>(event: ApiEvent, schema: z.ZodMiniType<T>): T =>
  parseBody(schema, withoutReadOnlyFields(readJson(event)));

const readJson = (event: ApiEvent): unknown => {
  const value = parseJson(decode(event));
  if (value === undefined) throw new AppError("malformed-body", "The request body must be JSON in UTF-8.");
  refuseStrangeShapes(value, 1);
  return value;
};

const decode = ({ body = "", isBase64Encoded = false }: ApiEvent): string => {
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > MAX_BODY_BYTES) {
    throw new AppError("payload-too-large", `The request body must be at most ${MAX_BODY_BYTES} bytes.`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new AppError("malformed-body", "The request body must be JSON in UTF-8.");
  }
};

const refuseStrangeShapes = (value: unknown, depth: number): void => {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_DEPTH) {
    throw new AppError("malformed-body", `The request body must have at most ${MAX_DEPTH} levels.`);
  }
  for (const [key, member] of Object.entries(value)) {
    if (REFUSED_KEYS.has(key)) throw new AppError("malformed-body", `The request body must not have a key "${key}".`);
    refuseStrangeShapes(member, depth + 1);
  }
};
