import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rng } from '../../../core/index.ts';
import { ets } from './ets.ts';
import { levelMoved } from './level-moved.ts';

/** A weekly, or monthly, profile around a level that is multiplied by `share` from `at` on. */
function history(of: { m: number; n: number; at: number; share: number; seed: number }): Float64Array {
  const rng = new Rng(of.seed);
  return Float64Array.from({ length: of.n }, (_, t) => {
    const profile = [1.2, 1.5, 0.8][(t % of.m) - of.m + 3] ?? 1;
    return Math.max(1, 200 * profile * (t < of.at ? 1 : of.share) + 6 * rng.normal());
  });
}

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

test('a jump of the level is seen half a cycle later, and none where there was none, or only a trend', () => {
  for (const seed of seeds)
    for (const m of [5, 7, 12]) {
      const n = 30 * m;
      const of = { m, n, seed };
      assert.equal(
        levelMoved(history({ ...of, at: n - (m >> 1) - 2, share: 0.4 }), m),
        true,
        `${m} down ${seed}`,
      );
      assert.equal(levelMoved(history({ ...of, at: n - 3 * m, share: 2.5 }), m), true, `${m} up ${seed}`);
      assert.equal(levelMoved(history({ ...of, at: n, share: 1 }), m), false, `${m} still ${seed}`);
      const rising = history({ ...of, at: n, share: 1 }).map((value, t) => value * (1 + t / n));
      assert.equal(levelMoved(rising, m), false, `${m} rising ${seed}`);
    }
});

test('after a jump down or up the season goes along, in days of five or seven and in months', () => {
  for (const m of [5, 7, 12])
    for (const [share, since] of [
      [0.25, m - 1],
      [0.4, 2 * m],
      [3, m + 2],
    ] as const) {
      const n = 100 * m;
      let [error, size] = [0, 0];
      for (const seed of seeds) {
        const state = ets.fit(history({ m, n, at: n - since, share, seed }), { seasons: [m], horizon: m });
        const out = new Float64Array(m);
        ets.forecast(state, out);
        const truth = history({ m, n: n + m, at: n - since, share, seed: seed + 100 }).subarray(n);
        for (let k = 0; k < m; k++) {
          error += Math.abs((out[k] as number) - (truth[k] as number));
          size += truth[k] as number;
        }
      }
      assert.ok(error / size < 0.2, `${m} ${share}: ${(100 * error) / size} %`);
    }
});
