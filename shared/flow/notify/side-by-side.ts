/**
 * Works on things side by side, a limited number at a time, and answers how each one ended, in their order. One that
 * fails stops no other.
 */
export const sideBySide = async <T, R>(
  things: readonly T[],
  mostAtOnce: number,
  work: (thing: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> => {
  const ends: PromiseSettledResult<R>[] = [];
  const waiting = things.entries();
  const worker = async (): Promise<void> => {
    for (const [index, thing] of waiting) {
      [ends[index]] = (await Promise.allSettled([work(thing)])) as [PromiseSettledResult<R>];
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, things.length) }, worker));
  return ends;
};
