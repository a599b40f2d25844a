// What answers have in common is kept from one to the next: that must not show.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PredictionRecord } from '../../storage/ports/index.ts';
import { type ForecastAnswer, responseJson, responseOf } from './forecast-response.ts';
import { withOverrides } from './with-overrides.ts';

const grid = { frequency: 'day', weekStart: 1 } as const;
const prediction: PredictionRecord = {
  id: 'prd_1',
  requestId: 'req_1',
  project: 'shop',
  seriesId: 'A',
  versionId: 'ver_1',
  arm: 'champion',
  purpose: 'served',
  source: 'model',
  cutoff: 20_000,
  madeAt: 0,
  levels: [0.5],
  mean: Float64Array.of(1, 2),
  quantiles: Float64Array.of(1.5, 2.5),
};
const answer: ForecastAnswer = {
  requestId: 'req_1',
  model: { name: 'shop', version: 1, arm: 'champion' },
  grid,
  cutoff: 20_000,
  levels: [0.5],
  forecasts: [{ prediction, reason: null }],
};

const said = { id: 'ovr_1', period: 20_002, value: 1 / 3, reason: `"<b>\u2028`, by: 'http ::1', at: 7 };
const overrides = new Map([[said.period, said]]);

test('an override is put beside the step that it is of, and kept text is not given out with it', () => {
  const kept = { prediction, reason: null, json: Buffer.from('{}') };
  const source = {
    load: async () => {},
    of: (project: string, series: string) => (project === 'shop' && series === 'A' ? overrides : undefined),
  };
  const marked = withOverrides({ ...answer, forecasts: [kept] }, 'shop', source);
  assert.deepEqual(
    responseOf(marked).forecasts[0]?.steps.map(({ mean, override }) => [mean, override?.value]),
    [
      [1, undefined],
      [2, 1 / 3],
    ],
  );
  assert.deepEqual(JSON.parse([...responseJson(marked)].join('')), responseOf(marked));
  assert.equal(marked.forecasts[0]?.json, undefined);
  // Elsewhere, and where it is only considered, the very answer.
  for (const [one, project] of [
    [{ ...answer, purpose: 'whatIf' as const }, 'shop'],
    [{ ...answer, forecasts: [{ ...kept, prediction: { ...prediction, cutoff: 20_002 } }] }, 'shop'],
    [answer, 'depot'],
  ] as const)
    assert.equal(withOverrides(one, project, source), one);
});

test('the text of an answer says what its object says, whatever was answered before it', () => {
  const answers: ForecastAnswer[] = [
    answer,
    { ...answer, requestId: 'req_2' },
    { ...answer, missingCovariates: ['price'] },
    { ...answer, missingCovariates: ['promo'] },
    { ...answer, missingCovariates: ['promo'] },
    { ...answer, cutoff: 20_001 },
    { ...answer, model: { ...answer.model, version: 2 } },
    { ...answer, model: { ...answer.model, arm: 'previous' } },
    { ...answer, model: { ...answer.model, name: 'other' } },
    { ...answer, forecasts: [{ prediction, reason: null, model: { version: 2, arm: 'challenger' } }] },
    { ...answer, forecasts: [{ prediction, reason: null, overrides }] },
    answer,
  ];
  for (const one of answers) assert.deepEqual(JSON.parse([...responseJson(one)].join('')), responseOf(one));
});
