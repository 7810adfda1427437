import { expect } from "vitest";
import type { AmbiguousPolicy } from "../../shared/domain/mail-settings.ts";
import type { Path } from "./path-in-memory.ts";

/** States in which the sending path leaves a mail for good, or for a person. */
const ENDS = ["accepted", "rejected", "expired", "suppressed", "cancelled", "held"];

/**
 * Every mail has come to an end; none is lost, and none doubled but where its record says that this may have happened.
 */
export const expectLegalEnd = (path: Path, policy: AmbiguousPolicy, mails: number): void => {
  const ids = [...path.ids];
  expect(ids).toHaveLength(mails);
  for (const id of ids) {
    const { state, possibleDuplicate } = path.deliveryOf(id) ?? {};
    const copies = path.arrivalsOf(id);
    expect(ENDS).toContain(state);
    if (state === "accepted") expect(copies).toBeGreaterThan(0);
    if (copies > 1) expect({ possibleDuplicate, policy }).toEqual({ possibleDuplicate: true, policy: "retry" });
  }
};
