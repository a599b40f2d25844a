// Long work in slices, between which others are answered.

/** Milliseconds of work between two breaths. */
const sliceMs = 5;

/** What long work is told of time. */
export interface Pause {
  /** Lets waiting I/O run. */
  readonly breathe: () => Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsedMs: () => number;
}

/** Does `work` for 0 … count − 1, a few at a time. */
export async function inSlices(
  { breathe, elapsedMs }: Pause,
  of: { readonly count: number; readonly step?: number },
  work: (from: number, to: number) => void,
): Promise<void> {
  const { count, step = 256 } = of;
  let began = elapsedMs();
  for (let from = 0; from < count; from += step) {
    work(from, Math.min(count, from + step));
    if (elapsedMs() - began < sliceMs) continue;
    await breathe();
    began = elapsedMs();
  }
}

/** Does `work` for each item, a few at a time. What comes or goes meanwhile may be left out. */
export async function eachInSlices<T>(
  { breathe, elapsedMs }: Pause,
  items: Iterable<T>,
  work: (item: T) => void,
): Promise<void> {
  let began = elapsedMs();
  let count = 0;
  for (const item of items) {
    work(item);
    if (++count % lookEvery !== 0 || elapsedMs() - began < sliceMs) continue;
    await breathe();
    began = elapsedMs();
  }
}

/** Items between two looks at the clock. */
const lookEvery = 256;
/** Items sorted at once: a millisecond or two. */
const runSize = 1024;
/** Items merged between two looks at the clock. */
const mergeSize = 4096;

/**
 * 0 … count − 1 in ascending order; those that compare equal stay in theirs. Cost: O(count · log count), in slices.
 * @param compare as that of `sort`
 */
export async function sortInSlices(
  pause: Pause,
  count: number,
  compare: (a: number, b: number) => number,
): Promise<Uint32Array> {
  let from = ascending(count);
  let to = new Uint32Array(count);
  await inSlices(pause, { count, step: runSize }, (first, end) => {
    from.subarray(first, end).sort((a, b) => compare(a, b) || a - b);
  });
  for (let width = runSize; width < count; width *= 2) {
    for (let first = 0; first < count; first += 2 * width) {
      const merge = {
        first,
        middle: Math.min(count, first + width),
        end: Math.min(count, first + 2 * width),
      };
      let [left, right] = [merge.first, merge.middle];
      await inSlices(pause, { count: merge.end - first, step: mergeSize }, (begin, end) => {
        for (let k = first + begin; k < first + end; k++) {
          const takesLeft =
            left < merge.middle &&
            (right >= merge.end || compare(from[left] as number, from[right] as number) <= 0);
          to[k] = from[takesLeft ? left++ : right++] as number;
        }
      });
    }
    [from, to] = [to, from];
  }
  return from;
}

/** 0 … count − 1. A loop: `from` of typed arrays would hold others up for milliseconds. */
export function ascending(count: number): Uint32Array<ArrayBuffer> {
  const places = new Uint32Array(count);
  for (let i = 0; i < count; i++) places[i] = i;
  return places;
}
