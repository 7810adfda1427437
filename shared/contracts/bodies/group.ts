import * as z from "zod/mini";
import { addressKey } from "../../domain/address.ts";
import type { Group, Member } from "../../domain/group.ts";
import { SEVERITIES } from "../../domain/severity.ts";
import { addressList, listedAddress, MAX_ADDRESSES, name } from "./fields.ts";

/** A group without its place. */
export type GroupDraft = Omit<Group, "id" | "scope">;

/** Lists from directories name people twice; whoever is, is kept once, as first written. */
const withoutRepeats = (members: Member[]): Member[] => {
  const byKey = new Map<string, Member>();
  for (const member of members) {
    const key = addressKey(member.email);
    if (!byKey.has(key)) byKey.set(key, member);
  }
  return [...byKey.values()];
};

/** Named recipients: people, and shared addresses. */
export const groupBody: z.ZodMiniType<GroupDraft> = z.strictObject({
  name,
  members: z._default(
    z.pipe(
      z.array(z.strictObject({ email: listedAddress, name: z.optional(name) })).check(z.maxLength(MAX_ADDRESSES)),
      z.transform(withoutRepeats),
    ),
    [],
  ),
  aliases: z._default(addressList, []),
  notifyMembers: z._default(z.boolean(), true),
  minSeverity: z.optional(z.enum(SEVERITIES)),
});
