/** The RFC 3463 status within a reply such as `550 5.1.1 no such user`. */
export const enhancedCodeOf = (response: string): string | null =>
  /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null;
