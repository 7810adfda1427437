/** Numbers in [0, 1) that are the same for the same seed: mulberry32, good enough to spread faults. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** One of the items. @throws RangeError when there is none. */
export const pick = <T>(random: () => number, items: readonly T[]): T => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("cannot pick one of nothing");
  return item;
};

/** The items in another order (Fisher-Yates). */
export const shuffled = <T>(random: () => number, items: readonly T[]): T[] => {
  const rest = [...items];
  return items.map(() => pick(() => 0, rest.splice(Math.floor(random() * rest.length), 1)));
};
