/**
 * The value below or at which a share of all values lies, by the nearest-rank method.
 * @param share in (0, 1]: 0.5 is the median, 1 the largest value.
 * @throws RangeError without any values.
 */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil(share * sorted.length) - 1];
  if (value === undefined) throw new RangeError("cannot take a percentile of no values");
  return value;
};
