import * as z from "zod/mini";
import type { Attachment } from "../domain/message.ts";

/** Most bytes that all attachments of a message have together, decoded: base64 of them fits an event of 256 KiB. */
export const MAX_ATTACHMENT_BYTES = 128 * 1024;

/** Most attachments of a message. */
const MAX_ATTACHMENTS = 10;

/**
 * Names by which computers start a program instead of showing a file. Mail hosts refuse them, and with them the whole
 * mail (Gmail Help, "File types blocked in Gmail", read 2026-11-21).
 */
const PROGRAMS = new Set(
  (
    "ade adp apk appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpack dll dmg ex ex_ exe hta img ins iso " +
    "isp jar jnlp js jse lib lnk mde mjs msc msi msix msixbundle msp mst nsh pif ps1 scr sct shb sys vb vbe vbs vhd " +
    "vxd wsc wsf wsh xll"
  ).split(" "),
);

/** One line without folders, and without anything that shows it as another one; no dot or space at either end. */
const FILENAME_FORM = /^(?![. ])[^\p{Cc}\p{Cf}\p{Cs}\u2028\u2029/\\:*?"<>|]{1,150}(?<![. ])$/u;

/** A media type without parameters (RFC 6838 section 4.2), of a kind that is one file. */
const CONTENT_TYPE_FORM = /^(?:application|audio|font|image|text|video)\/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}$/i;

const filename = z.string().check(
  z.regex(FILENAME_FORM, 'must be a plain file name of at most 150 characters, such as "report.pdf"'),
  z.refine((name) => !PROGRAMS.has(name.slice(name.lastIndexOf(".") + 1).toLowerCase()), {
    error: "must not be the name of a program: mail hosts refuse such files",
  }),
);

const contentType = z
  .string()
  .check(z.regex(CONTENT_TYPE_FORM, 'must be a media type without parameters, such as "application/pdf"'));

/** Only the canonical form: another one could mean different bytes to different readers. */
const base64 = z.string().check(
  z.refine((content) => content !== "" && Buffer.from(content, "base64").toString("base64") === content, {
    error: "must be base64 with padding and without line breaks",
  }),
);

const decodedBytes = ({ content }: Attachment): number => Buffer.byteLength(content, "base64");

/** The files of a message. */
export const attachments = z.array(z.strictObject({ filename, contentType, content: base64 })).check(
  z.maxLength(MAX_ATTACHMENTS),
  z.refine((files) => files.reduce((sum, file) => sum + decodedBytes(file), 0) <= MAX_ATTACHMENT_BYTES, {
    error: `must have at most ${MAX_ATTACHMENT_BYTES} bytes together`,
  }),
);
