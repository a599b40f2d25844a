import assert from 'node:assert/strict';
import { test } from 'node:test';

import { projectLike } from '../../../../test/fixtures/project.ts';
import type { CommandContext } from '../command.ts';
import { Printer } from '../printer.ts';
import type { AccuracyReport } from '../services.ts';
import { accuracy } from './accuracy.ts';

const metrics = { n: 4, wape: 0.1, bias: 0, mae: 1, rmse: 1, pinball: null, intervalCoverage: {} };
const figure = { labelsDue: 4, labelsJoined: 4, labelsCensored: 0, labelCoverage: 1, metrics };

async function printed(by: string): Promise<string> {
  const report: AccuracyReport = {
    window: { fromPeriod: 1, toPeriod: 2, from: '1', to: '2' },
    latestPeriod: 2,
    projectClock: 2,
    predictions: 2,
    predictionsRepeated: 0,
    overall: figure,
    fallback: { predictions: 2, ...figure },
    byHorizon: [{ horizon: 1, ...figure }],
    baseline: { name: 'seasonal-naive', season: 7, n: 3, metrics, predictions: metrics },
    ...(by === 'horizon'
      ? {}
      : {
          groups: [
            { key: 'tape', ...figure, valueAdded: { n: 3, value: 0.25 }, tracking: { n: 3, value: -3 } },
            { key: null, ...figure, valueAdded: { n: 0, value: null }, tracking: { n: 0, value: null } },
          ],
        }),
  };
  const context = {
    options: { by },
    project: async () => projectLike({}),
    open: async () => ({ monitor: { accuracy: async () => report }, registry: {} }),
  };
  let text = '';
  const result = await accuracy.run(context as unknown as CommandContext);
  result?.print(
    new Printer((part) => {
      text += part;
    }, false),
  );
  return text;
}

test('by series, value added over seasonal naive stands beside the labels it rests on', async () => {
  const text = await printed('series');
  assert.match(text, /\nseries .* FVA {2}FVA on +track\n/);
  assert.match(text, /\ntape .* 25\.0 % +3 +-3\.0\n/);
  assert.match(text, /\n\(not known\) .* - +0 +-\n/);
  assert.ok(!(await printed('horizon')).includes('FVA'));
});

test('answers of the baseline are said apart, as no version made them', async () => {
  assert.match(
    await printed('horizon'),
    /\nnot among them: 2 forecasts by the baseline, as no version could: WAPE /,
  );
});
