import * as z from "zod/mini";
import { addressKey } from "../domain/address.ts";
import type { InputIssue } from "../domain/app-error.ts";
import { isBuiltInMessage, type Message } from "../domain/message.ts";
import { explainScope, type Scope } from "../domain/scope.ts";
import { attachments } from "./attachment.ts";
import { address, addressList, ID_FORM, ID_RULE, line } from "./bodies/fields.ts";
import type { BusEvent } from "./bus.ts";
import { EVENT_ID_FORM, EVENT_ID_RULE, explainDetail, withoutNulls } from "./bus-detail.ts";
import { explainIssues } from "./explain-issues.ts";
import { MESSAGE_DATA } from "./message-data.ts";

/** Most people one message may be addressed to, `to` and `cc` together. */
export const MAX_ADDRESSEES = 50;

const MAX_SUBJECT_CHARS = 200;
const MAX_TEXT_CHARS = 64 * 1024;
const MAX_HTML_CHARS = 128 * 1024;

const scope = z.string().check(
  z.superRefine((value, context) => {
    const problem = explainScope(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  }),
);

/** Everything that can be said of a message. What fits together is checked by {@link parseEmailRequest}. */
export const emailRequestFields = z.strictObject({
  id: z.optional(z.string().check(z.regex(EVENT_ID_FORM, EVENT_ID_RULE))),
  scope,
  template: z.optional(z.string().check(z.regex(ID_FORM, ID_RULE))),
  data: z.optional(z.record(z.string(), z.unknown())),
  subject: z.optional(line(MAX_SUBJECT_CHARS)),
  text: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_TEXT_CHARS))),
  html: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_HTML_CHARS))),
  to: addressList.check(z.minLength(1)),
  cc: z._default(addressList, []),
  replyTo: z.optional(address),
  attachments: z._default(attachments, []),
});

type Request = z.infer<typeof emailRequestFields>;

const refuseMixture = (request: Request, context: z.core.$RefinementCtx<Request>): void => {
  const { template, subject, text, html, data } = request;
  const add = (field: string, message: string) => context.addIssue({ code: "custom", message, path: [field] });
  if (template === undefined) {
    if (data !== undefined) add("data", "is for a template: leave it out");
    if (subject === undefined) add("subject", "is required unless there is a template");
    if (text === undefined && html === undefined) add("text", "or html is required unless there is a template");
    return;
  }
  for (const [field, value] of Object.entries({ subject, text, html })) {
    if (value !== undefined) add(field, "is made by the template: leave it out");
  }
};

const refuseCrowd = ({ to, cc }: Request, context: z.core.$RefinementCtx<Request>): void => {
  const all = to.length + cc.length;
  if (all <= MAX_ADDRESSEES) return;
  context.addIssue({
    code: "custom",
    message: `must have at most ${MAX_ADDRESSEES} addresses together with cc, but has ${all}`,
    path: ["to"],
  });
};

const refuseWrongData = ({ template, data }: Request, context: z.core.$RefinementCtx<Request>): void => {
  if (template === undefined || !isBuiltInMessage(template)) return;
  const parsed = MESSAGE_DATA[template].safeParse(data);
  for (const issue of parsed.error?.issues ?? []) {
    context.issues.push({ ...issue, input: undefined, path: ["data", ...issue.path] });
  }
};

const emailRequest = emailRequestFields.check(
  z.superRefine(refuseMixture),
  z.superRefine(refuseCrowd),
  z.superRefine(refuseWrongData),
);

/** A message as it travels between our own functions: everything a publisher may leave out is filled in. */
const travellingSchema = z.extend(emailRequestFields, { id: z.string(), time: z.string() });

/** Reads back a message that one of our functions wrote; undefined when it is none. */
export const readEmailRequest = (value: unknown): Message | undefined => {
  const parsed = travellingSchema.safeParse(value);
  return parsed.success ? { ...parsed.data, scope: parsed.data.scope as Scope } : undefined;
};

/** A publisher's message, or everything that is wrong with it. */
export type ParsedMessage =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly issues: readonly InputIssue[] };

/**
 * Reads the `detail` of an `Email Requested`. Unlike in events, a field that is not known is an issue: somebody waits
 * for this very mail. `null` counts as absent.
 */
export const parseEmailRequest = (busEvent: BusEvent): ParsedMessage => {
  const unreadable = explainDetail(busEvent.detail);
  if (unreadable !== undefined) return { ok: false, issues: [unreadable] };
  const parsed = emailRequest.safeParse(withoutNulls(busEvent.detail));
  if (!parsed.success) return { ok: false, issues: explainIssues(parsed.error.issues) };
  const { id, to, cc, ...request } = parsed.data;
  const named = new Set(to.map(addressKey));
  return {
    ok: true,
    message: {
      ...request,
      id: id ?? busEvent.id,
      scope: request.scope as Scope,
      time: busEvent.time,
      to,
      cc: cc.filter((one) => !named.has(addressKey(one))),
    },
  };
};
