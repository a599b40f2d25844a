// A quick part of `bench/zoo.ts`: kinds of item whose future is known, in small panels. The bench has all of them, and narrower bounds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kinds } from '../bench/zoo-kinds.ts';
import { type ItemScore, scorePanel } from '../bench/zoo-score.ts';

/** Mean over panels of a kind; a dozen items or two say no more. The rate of a sparse item is itself a guess from few sales. */
const bounds = { coverage80: 0.12, coverage95: 0.08, bias: 0.15, implied: 0.02, service: 0.06 };
const sparseBias = 0.25;

const wanted: readonly { kind: string; size: number; panels: number; isSparse?: true }[] = [
  { kind: 'regular', size: 1, panels: 12 },
  { kind: 'regular-monthly', size: 1, panels: 24 },
  { kind: 'mon-fri', size: 3, panels: 12 },
  { kind: 'returns', size: 3, panels: 6 },
  { kind: 'intermittent-mixed', size: 8, panels: 2, isSparse: true },
  { kind: 'ended-among-live', size: 12, panels: 2, isSparse: true },
  { kind: 'launch-2-weeks', size: 1, panels: 24 },
  { kind: 'silent', size: 6, panels: 1 },
];

for (const { kind: name, size, panels, isSparse } of wanted) {
  test(`${name}, panels of ${size}: intervals, mean and orders are those of the known future`, async () => {
    const kind = kinds.find((one) => one.name === name) ?? assert.fail(name);
    const items: ItemScore[] = [];
    for (let panel = 0; panel < panels; panel++)
      items.push(...(await scorePanel(kind, { size, seed: 70 + panel, draws: 200, threads: 0 })));
    const over = items.filter(({ isOver }) => isOver);
    assert.deepEqual(
      over.map(({ order }) => order),
      over.map(() => 0),
      'nothing is ordered of what is over',
    );
    const live = items.filter(({ isOver }) => !isOver);
    if (live.length === 0) return;
    const total = (of: (item: ItemScore) => number): number => live.reduce((sum, item) => sum + of(item), 0);
    const differences = {
      coverage80: total((one) => one.coverage80 - one.ideal80) / live.length,
      coverage95: total((one) => one.coverage95 - one.ideal95) / live.length,
      bias: total((one) => one.mean) / total((one) => one.trueMean) - 1,
      implied: total((one) => one.impliedMean) / total((one) => one.mean) - 1,
      service: total((one) => one.service - one.idealService) / live.length,
    };
    const most = { ...bounds, ...(isSparse ? { bias: sparseBias } : {}) };
    for (const [figure, bound] of Object.entries(most)) {
      const value = differences[figure as keyof typeof differences];
      assert.ok(Math.abs(value) <= bound, `${figure} is off by ${(100 * value).toFixed(1)} points`);
    }
  });
}
