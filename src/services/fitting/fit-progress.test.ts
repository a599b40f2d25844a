import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallPanel } from '../../../test/fixtures/small-panel.ts';
import { autoPlanFor } from '../../forecasting/evaluate/index.ts';
import { fitPanel } from './fit-panel.ts';

test('progress begins at nothing, never goes back, ends at the whole, and names every part', async () => {
  const panel = smallPanel({ series: 24, length: 56, ahead: 7 });
  const [seasons, horizon] = [[7], 7];
  const fractions: number[] = [];
  const messages = new Set<string>();
  await fitPanel({
    panel,
    horizon,
    plan: autoPlanFor(panel, { seasons, horizon }),
    season: 7,
    levels: [0.1, 0.9],
    nonNegative: true,
    threads: 0,
    params: { trees: 20, leaves: 5, learningRate: 0.25, rowsPerLeafMin: 10 },
    onProgress: (fraction, message) => {
      fractions.push(fraction);
      messages.add(message);
    },
  });
  assert.equal(fractions[0], 0);
  assert.deepEqual(
    fractions,
    [...fractions].sort((a, b) => a - b),
  );
  assert.ok((fractions.at(-1) as number) <= 1);
  assert.deepEqual(
    [...messages],
    ['backtest', 'backtest of all series', 'choice and intervals', 'fit of all series', 'fit', 'forecast'],
  );
});
