// Two samples as one ascending list of distinct values, with how many of each sample lie at or below: what every rank test walks.

/** The finite values of a sample, ascending. */
export interface Sample {
  readonly sorted: Float64Array;
  /** Values that were not finite: unknown ones and infinite ones. */
  readonly dropped: number;
}

export interface Pooled {
  /** Finite values of the reference and of the current sample. */
  readonly n: number;
  readonly m: number;
  /** Distinct values, ascending, shape [k]. */
  readonly values: Float64Array;
  /** Values of each sample that are at or below, shape [k]. */
  readonly reference: Int32Array;
  readonly current: Int32Array;
}

/** Cost: O(n log n), one copy; the values are not changed. */
export function sampleOf(values: ArrayLike<number>): Sample {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // One zero: −0 would be sorted before 0, and is no other value.
    if (Number.isFinite(value)) kept[count++] = value + 0;
  }
  const sorted = kept.subarray(0, count);
  if (!isAscending(sorted)) sorted.sort();
  return { sorted, dropped: values.length - count };
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false;
  return true;
}

/** @param reference @param current ascending. Cost: O(n + m). */
export function pooledOf(reference: Float64Array, current: Float64Array): Pooled {
  const [n, m] = [reference.length, current.length];
  const values = new Float64Array(n + m);
  const upToReference = new Int32Array(n + m);
  const upToCurrent = new Int32Array(n + m);
  let [i, j, k] = [0, 0, 0];
  while (i < n || j < m) {
    const value = j >= m || (i < n && reference[i]! <= current[j]!) ? reference[i]! : current[j]!;
    while (i < n && reference[i]! === value) i++;
    while (j < m && current[j]! === value) j++;
    values[k] = value;
    upToReference[k] = i;
    upToCurrent[k] = j;
    k++;
  }
  return {
    n,
    m,
    values: values.subarray(0, k),
    reference: upToReference.subarray(0, k),
    current: upToCurrent.subarray(0, k),
  };
}

/** What a figure is in a report: a number, or null where it has no finite value. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
