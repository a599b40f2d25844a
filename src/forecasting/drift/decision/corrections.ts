// Many tests at once: p-values adjusted so that a share of false alarms, or of any, stays below a bound.

/** `bh`: expected share of false ones among alarms; `by`: the same, whatever hangs together; `holm`, `bonferroni`: any false one at all. */
export type Correction = 'bh' | 'by' | 'holm' | 'bonferroni';
export const corrections: readonly Correction[] = ['bh', 'by', 'holm', 'bonferroni'];

export interface Adjusted {
  /** Shape and order of what was given; null where p was. */
  readonly p: readonly (number | null)[];
  readonly isRejected: readonly boolean[];
  /** The largest p that is rejected among these; null where none is. */
  readonly bound: number | null;
  /** How many tests there were: those with a p. */
  readonly tests: number;
}

/**
 * @param p one per test; null or NaN = that test said nothing, and is none of them
 * @param level bound on the false alarms, in (0, 1)
 * Sources: Benjamini and Hochberg 1995, Benjamini and Yekutieli 2001, Holm 1979. Cost: O(K·ln K).
 */
export function adjusted(p: readonly (number | null)[], method: Correction, level: number): Adjusted {
  const order = p
    .map((value, i) => ({ i, value: value ?? Number.NaN }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((one, two) => one.value - two.value);
  const count = order.length;
  const found: (number | null)[] = p.map(() => null);
  const isRejected = p.map(() => false);
  const isStepUp = method === 'bh' || method === 'by';
  let harmonic = 1;
  if (method === 'by') {
    harmonic = 0;
    for (let k = 1; k <= count; k++) harmonic += 1 / k;
  }
  const factor = (rank: number): number =>
    isStepUp ? (count * harmonic) / rank : method === 'holm' ? count - rank + 1 : count;
  // Step-up: the largest that passes takes all below it along. Holm steps down: the first that fails stops all above it.
  let bound = isStepUp ? 1 : 0;
  let isOpen = !isStepUp;
  for (let step = 0; step < count; step++) {
    const at = isStepUp ? count - 1 - step : step;
    const { i, value } = order[at]!;
    const scaled = Math.min(1, value * factor(at + 1));
    bound = isStepUp ? Math.min(bound, scaled) : method === 'holm' ? Math.max(bound, scaled) : scaled;
    found[i] = bound;
    const passes = value <= level / factor(at + 1);
    if (isStepUp) isOpen ||= passes;
    else isOpen = method === 'holm' ? isOpen && passes : passes;
    isRejected[i] = isOpen;
  }
  const rejected = isRejected.filter(Boolean).length;
  return {
    p: found,
    isRejected,
    bound: rejected === 0 ? null : level / factor(rejected),
    tests: count,
  };
}
