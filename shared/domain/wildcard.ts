/**
 * Whether a text is the given pieces in order, with any run of characters between two of them: `["Pipeline", "ed"]`
 * for `Pipeline*ed`. One piece means equality. Taking each piece at its first place is enough, so nothing is tried
 * twice and a hostile pattern costs no more than a friendly one.
 */
export const matchesPieces = (pieces: readonly string[], text: string): boolean => {
  const [first = "", ...middle] = pieces;
  const last = middle.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let end = first.length;
  for (const piece of middle) {
    const start = text.indexOf(piece, end);
    if (start < 0) return false;
    end = start + piece.length;
  }
  return text.length - last.length >= end && text.endsWith(last);
};

/** Whether a text fits a pattern in which `*` stands for any run of characters, also an empty one. Case counts. */
export const matchesWildcard = (pattern: string, text: string): boolean => matchesPieces(pattern.split("*"), text);
