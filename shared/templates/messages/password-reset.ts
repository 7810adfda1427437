import { buttonOf, expiryOf, type WordMessage } from "./message-words.ts";

/** Somebody wants a new password. */
export const wordPasswordReset: WordMessage = (data, look) => ({
  subject: "Reset your password",
  status: "Password reset",
  headline: "Choose a new password",
  message: "",
  closing: "If you did not ask for this, you can ignore this mail: your password stays as it is.",
  action: buttonOf(data, "Reset password"),
  facts: expiryOf(data, look),
});
