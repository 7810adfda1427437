import { buttonOf, expiryOf, lineOf, type WordMessage } from "./message-words.ts";

const MAX_CODE_CHARS = 20;

/** Somebody proves that an address is theirs. The code stays out of the subject, which locked screens show. */
export const wordConfirmation: WordMessage = (data, look) => ({
  subject: "Confirm your e-mail address",
  status: "Confirmation",
  headline: "Confirm that this e-mail address is yours",
  message: "",
  closing: "If you did not ask for this, you can ignore this mail.",
  code: lineOf(data, "code", MAX_CODE_CHARS) || undefined,
  action: buttonOf(data, "Confirm address"),
  facts: expiryOf(data, look),
});
