/** Longest text of a server that is kept, in characters. */
const MAX_TEXT_CHARS = 300;

/** A server's words for the record: one line, shortened, without control characters, secrets blotted out. */
export const toRecordableText = (text: string, secrets: readonly (string | undefined)[] = []): string => {
  const blotted = secrets
    .filter((secret): secret is string => secret !== undefined && secret.length > 0)
    .flatMap((secret) => [secret, Buffer.from(secret).toString("base64")])
    .reduce((words, secret) => words.replaceAll(secret, "***"), text);
  const line = blotted.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
  return line.length > MAX_TEXT_CHARS ? `${line.slice(0, MAX_TEXT_CHARS - 1)}…` : line;
};
