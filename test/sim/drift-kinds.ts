// `npm run sim -- drift-kinds`: how often the kind of a drift and its beginning are found, on streams of which both are known.

import { Rng } from '../../src/core/index.ts';
import { type DriftKind, kindOfDrift } from '../../src/forecasting/drift/index.ts';

export interface KindStream {
  readonly kind: 'none' | 'sudden' | 'gradual' | 'incremental' | 'recurring';
  readonly values: Float64Array;
  /** Index of the first value that the change has touched. */
  readonly began: number;
}

const kinds = ['sudden', 'gradual', 'incremental', 'recurring'] as const;
/** Share of the streams with a drift of which the kind must be found. */
const asked = 0.85;

/** A stream of 150 to 1,500 values with an effect of 3 standard deviations; a third has a memory, a third is skewed or has heavy tails. */
export function kindStream(kind: KindStream['kind'], seed: number): KindStream {
  const rng = new Rng(seed);
  const n = 150 + rng.below(1_351);
  const noise = noiseOf(rng, n);
  const effect = rng.uniform() < 0.5 ? 3 : -3;
  const width = Math.round(n * (0.05 + 0.35 * rng.uniform()));
  const began = Math.round(n * (0.2 + 0.3 * rng.uniform()));
  const values = noise.map((value, t) => value + effect * shareOfNew(kind, { t, n, began, width, rng }));
  return { kind, values, began: kind === 'recurring' ? returned(n, began, width) : began };
}

/** How much of the new level a value has. */
function shareOfNew(
  kind: KindStream['kind'],
  at: { t: number; n: number; began: number; width: number; rng: Rng },
): number {
  const { t, n, began, width, rng } = at;
  const along = Math.min(1, Math.max(0, (t - began) / width));
  switch (kind) {
    case 'none':
      return 0;
    case 'sudden':
      return Number(t >= began);
    case 'gradual':
      return Number(rng.uniform() < along);
    case 'incremental':
      return along;
    case 'recurring':
      return Number(t >= began && t < returned(n, began, width));
  }
}

/** When the old concept comes again: something of it is to be seen before the end. */
function returned(n: number, began: number, width: number): number {
  return Math.min(began + width, Math.round(0.9 * n));
}

/** Values about 0 of variance 1. */
function noiseOf(rng: Rng, n: number): Float64Array {
  const shape = rng.below(3);
  const phi = rng.uniform() < 1 / 3 ? 0.4 : 0;
  const scale = Math.sqrt(1 - phi * phi);
  let last = rng.normal();
  return Float64Array.from({ length: n }, () => {
    // Normal; the sum of three exponentials; a normal of which one in twenty is three times as wide.
    const fresh =
      shape === 0
        ? rng.normal()
        : shape === 1
          ? (-Math.log(1 - rng.uniform()) - Math.log(1 - rng.uniform()) - Math.log(1 - rng.uniform()) - 3) /
            Math.sqrt(3)
          : (rng.normal() * (rng.uniform() < 0.05 ? 3 : 1)) / Math.sqrt(1.4);
    last = phi * last + scale * fresh;
    return last;
  });
}

export interface KindsOptions {
  readonly streams: number;
  readonly first: number;
  readonly print: (line: string) => void;
}

/** @returns whether the kind is found in at least 85 % of the streams, as sure as 200 of them are */
export function runDriftKinds({ streams, first, print }: KindsOptions): boolean {
  const found = new Map<string, Map<DriftKind, number>>();
  let [right, inside, known, delays] = [0, 0, 0, [] as number[]];
  const each = Math.ceil(streams / kinds.length);
  for (const [k, kind] of (['none', ...kinds] as const).entries()) {
    const row = new Map<DriftKind, number>();
    for (let i = 0; i < each; i++) {
      const stream = kindStream(kind, first + i * 5 + k);
      const told = kindOfDrift(stream.values);
      row.set(told.kind, (row.get(told.kind) ?? 0) + 1);
      if (kind === 'none' || told.kind !== kind) continue;
      right++;
      if (told.beganBetween === null || told.began === null) continue;
      known++;
      const [from, to] = told.beganBetween;
      if (stream.began >= from && stream.began <= to) inside++;
      delays.push(Math.abs(told.began - stream.began) / stream.values.length);
    }
    found.set(kind, row);
  }
  const total = each * kinds.length;
  print(
    `${total} streams with a drift of 3 sd and ${each} without one, seeds from ${first} on; what was found:`,
  );
  for (const [kind, row] of found) {
    const parts = [...row].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
    print(`  ${kind.padEnd(12)} ${parts.join(', ')}`);
  }
  const [low, high] = wilson(right, total);
  print(
    `right kind: ${percent(right / total)} of streams (95 % interval ${percent(low)} to ${percent(high)}), at least ${percent(asked)} are asked for`,
  );
  delays = delays.sort((a, b) => a - b);
  const median = delays[Math.floor(delays.length / 2)] ?? 0;
  print(
    `began within the stated 95 % in ${percent(inside / Math.max(1, known))} of ${known}; median distance ${percent(median)} of the stream`,
  );
  return right >= asked * total;
}

function wilson(count: number, of: number): [number, number] {
  const z = 1.96;
  const p = count / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return [middle - half, middle + half];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
