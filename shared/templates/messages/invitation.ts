import { buttonOf, expiryOf, lineOf, linesOf, type WordMessage } from "./message-words.ts";

/** Somebody is asked to join something. */
export const wordInvitation: WordMessage = (data, look) => {
  const inviter = lineOf(data, "inviter") || "Somebody";
  const team = lineOf(data, "team") || "a team";
  return {
    subject: `${inviter} invites you to ${team}`,
    status: "Invitation",
    headline: `${inviter} invites you to join ${team}`,
    message: linesOf(data, "message"),
    action: buttonOf(data, "Accept invitation"),
    facts: expiryOf(data, look),
  };
};
