import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rng } from '../../core/index.ts';
import { type PairedRatio, pairedRatio } from './paired-ratio.ts';

interface Ground {
  readonly windows: number;
  readonly series: number;
  /** Share by which mine is smaller, everywhere. */
  readonly gain: number;
  readonly seed: number;
}

/** Losses that vary by series, by window and by chance. */
function ratioOn({ windows, series, gain, seed }: Ground): PairedRatio {
  const rng = new Rng(seed);
  const [ofSeries, ofWindow] = [series, windows].map((count) =>
    Array.from({ length: count }, () => Math.exp(0.3 * rng.normal())),
  ) as [number[], number[]];
  const cell = (at: number): number =>
    (ofWindow[Math.floor(at / series)] as number) * (ofSeries[at % series] as number);
  const theirs = Float64Array.from(
    { length: windows * series },
    (_, at) => cell(at) * Math.exp(0.2 * rng.normal()),
  );
  const mine = Float64Array.from(theirs, (_, at) => (1 - gain) * cell(at) * Math.exp(0.2 * rng.normal()));
  return pairedRatio({ windows, series, mine, theirs }) as PairedRatio;
}

test('the ratio is that of the sums over what both could score', () => {
  const mine = Float64Array.of(1, 2, Number.NaN, 4, Number.NaN, Number.NaN);
  const theirs = Float64Array.of(2, 2, 5, Number.NaN, Number.NaN, 7);
  const found = pairedRatio({ windows: 2, series: 3, mine, theirs }) as PairedRatio;
  assert.deepEqual([found.ratio, found.series, found.windows], [3 / 4, 2, 1]);
});

test('the interval holds what is true about as often as it says, over series and windows', () => {
  for (const [windows, series] of [
    [1, 60],
    [8, 40],
    [12, 6],
  ] as const) {
    let inside = 0;
    const trials = 60;
    for (let seed = 0; seed < trials; seed++) {
      const { low, high } = ratioOn({ windows, series, gain: 0.1, seed: 100 * series + seed });
      if ((low as number) <= 0.9 && 0.9 <= (high as number)) inside++;
    }
    assert.ok(inside >= 0.85 * trials, `${windows} × ${series}: ${inside} of ${trials}`);
  }
});

test('a gain is told from none, and none is not taken for one', () => {
  const better = ratioOn({ windows: 3, series: 200, gain: 0.1, seed: 1 });
  assert.ok((better.high as number) < 1);
  const same = ratioOn({ windows: 3, series: 200, gain: 0, seed: 2 });
  assert.ok((same.low as number) < 1 && (same.high as number) > 1);
});

test('thousands of series are drawn in blocks: as sure as one by one', () => {
  const { ratio, low, high } = ratioOn({ windows: 2, series: 5000, gain: 0.1, seed: 3 });
  const width = (high as number) - (low as number);
  assert.ok(Math.abs(ratio - 0.9) < 0.01 && width > 0.008 && width < 0.03, `${low} ${ratio} ${high}`);
});

test('one series in one window says nothing of others; no loss to compare with, nothing at all', () => {
  const one = pairedRatio({ windows: 1, series: 1, mine: Float64Array.of(1), theirs: Float64Array.of(2) });
  assert.deepEqual(one, { ratio: 0.5, low: null, high: null, series: 1, windows: 1 });
  const zero = Float64Array.of(0, 0);
  assert.equal(pairedRatio({ windows: 1, series: 2, mine: zero, theirs: zero }), null);
});
