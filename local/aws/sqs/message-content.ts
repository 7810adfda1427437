import { createHash } from "node:crypto";
import * as z from "zod/mini";

const attributeValue = z.object({
  DataType: z.string().check(z.regex(/^(?:String|Number|Binary)(?:\..+)?$/)),
  StringValue: z.optional(z.string()),
  /** Base64. */
  BinaryValue: z.optional(z.string()),
});

/** Attributes that a sender puts on a message. */
export const messageAttributes = z._default(z.record(z.string(), attributeValue), {});

/** What a sender says in a message. */
export interface MessageContent {
  readonly body: string;
  readonly attributes: z.infer<typeof messageAttributes>;
}

/** All that XML can hold (SQS API reference, `SendMessage`). */
export const messageBody = z.string().check(z.regex(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u));

/** Bytes that count towards a message's size: the body, and names, types and values of its attributes. */
export const bytesOf = ({ body, attributes }: MessageContent): number =>
  Object.entries(attributes).reduce(
    (total, [name, { DataType, StringValue = "", BinaryValue = "" }]) =>
      total + Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, "base64"),
    Buffer.byteLength(body),
  );

/** By which clients check that a body came as it was sent. */
export const md5OfBody = ({ body }: MessageContent): string => createHash("md5").update(body).digest("hex");

/**
 * The same for the attributes; undefined without any.
 * Source: SQS developer guide, "Calculating the MD5 message digest for message attributes".
 */
export const md5OfAttributes = ({ attributes }: MessageContent): string | undefined => {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const digest = createHash("md5");
  const addSized = (part: string | Buffer): void => {
    const bytes = Buffer.from(part);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    digest.update(size).update(bytes);
  };
  for (const name of names) {
    const { DataType = "", StringValue = "", BinaryValue } = attributes[name] ?? {};
    addSized(name);
    addSized(DataType);
    digest.update(Buffer.from([DataType.startsWith("Binary") ? 2 : 1]));
    addSized(BinaryValue === undefined ? StringValue : Buffer.from(BinaryValue, "base64"));
  }
  return digest.digest("hex");
};
