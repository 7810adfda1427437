import { createHash } from "node:crypto";
import { AppError } from "../domain/app-error.ts";

/** Longest cursor that is looked at: positions are names and keys. */
const MAX_LENGTH = 2048;

/** Characters of the check sum: enough to tell a cursor of another list, or a damaged one. */
const CHECK_LENGTH = 16;

/**
 * A position in a list as an opaque text, bound to the list. This is no secret and no permission: a position can only
 * lead within a list that the caller may read anyway, which the stores see to.
 * @param list what the position is in: operation and scope.
 */
export const encodeCursor = (list: string, position: string): string =>
  `${checkOf(list, position)}${Buffer.from(position).toString("base64url")}`;

/**
 * The position within a cursor.
 * @throws AppError `invalid-input` when it is not a cursor of this list.
 */
export const decodeCursor = (list: string, cursor: string): string => {
  const position = Buffer.from(cursor.slice(CHECK_LENGTH, MAX_LENGTH), "base64url").toString();
  if (encodeCursor(list, position) === cursor) return position;
  throw new AppError("invalid-input", "The cursor is not acceptable.", [
    { path: "cursor", message: "must be the nextCursor of an answer to the same list" },
  ]);
};

const checkOf = (list: string, position: string): string =>
  createHash("sha256")
    .update(JSON.stringify([list, position]))
    .digest("base64url")
    .slice(0, CHECK_LENGTH);
