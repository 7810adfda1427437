import * as z from "zod/mini";
import { addressKey } from "../../domain/address.ts";
import type { Group, Member } from "../../domain/group.ts";
import { address, addressList, MAX_ADDRESSES, name } from "./fields.ts";

/** A group without its place. */
export type GroupDraft = Omit<Group, "id" | "scope">;

/** Somebody named twice may have two names, and only the administrator knows which one is right. */
const refuseRepeats = (members: readonly Member[], context: z.core.$RefinementCtx<Member[]>): void => {
  const seen = new Map<string, number>();
  for (const [index, member] of members.entries()) {
    const first = seen.get(addressKey(member.email));
    if (first === undefined) seen.set(addressKey(member.email), index);
    else context.addIssue({ code: "custom", message: `is already in members[${first}]`, path: [index, "email"] });
  }
};

/** Named recipients: people, and shared addresses. */
export const groupBody: z.ZodMiniType<GroupDraft> = z.strictObject({
  name,
  members: z._default(
    z
      .array(z.strictObject({ email: address, name: z.optional(name) }))
      .check(z.maxLength(MAX_ADDRESSES), z.superRefine(refuseRepeats)),
    [],
  ),
  aliases: z._default(addressList, []),
  notifyMembers: z._default(z.boolean(), true),
});
