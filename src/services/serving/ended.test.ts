// A series whose demand has ended is told so in its forecast, and no longer once it sells again.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { projectLike } from '../../../test/fixtures/project.ts';
import { smallForecaster } from '../../../test/fixtures/small-forecaster.ts';
import { smallPanel } from '../../../test/fixtures/small-panel.ts';
import { wholeProject } from '../../core/index.ts';
import { hasEnded, reportsOf, silenceOf } from '../../forecasting/evaluate/index.ts';
import { decodeForecaster, encodeForecaster, type Forecaster } from '../../forecasting/models/index.ts';
import type { TailRow, VersionRecord } from '../../storage/ports/index.ts';
import { responseJson, responseOf } from './forecast-response.ts';
import { servableOf } from './from-forecaster.ts';
import { ServedModel, type SourcedForecast } from './served-model.ts';

const project = projectLike();
const panel = smallPanel({ series: 3, length: 84, ahead: 0 });
const lastPeriod = 183;
const forecaster: Forecaster = {
  ...smallForecaster(panel),
  silences: Float64Array.from(
    panel.series.flatMap(({ values }) => [...silenceOf(values), ...reportsOf(values)]),
  ),
};

async function serve(from: Forecaster, change: Partial<typeof project> = {}): Promise<ServedModel> {
  return ServedModel.open({
    project: { ...project, ...change },
    version: { id: 'ver_1', number: 1 } as VersionRecord,
    model: servableOf(decodeForecaster(encodeForecaster(from))),
    batchSeq: 0,
    periodMax: lastPeriod,
    holidays: () => null,
    breathe: async () => {},
  });
}

const closing = { group: wholeProject, cause: 'reporters', at: 0 } as const;

function row(seriesId: string, period: number, value: number, batchSeq: number): TailRow {
  return { seriesId, period, value, status: 0, batchSeq, knownAt: 0 };
}

function forecastOf(
  served: ServedModel,
  seriesId: string,
  cutoff = served.cutoffOf(seriesId),
): SourcedForecast {
  return served.forecast(seriesId, cutoff, { horizon: 7, levels: [0.1, 0.9] }) ?? assert.fail();
}

test('silence ends a series by the rule of training, and demand begins it again', async () => {
  const served = await serve(forecaster);
  const learnt = panel.series[1]?.values ?? assert.fail();
  const since: number[] = [];
  const judged: (boolean | undefined)[] = [];
  for (let day = 1; day <= 40; day++) {
    // The first series sells every day; the second falls silent without a row, and sells on the last day.
    const rows = [row('s0', lastPeriod + day, 9, day)];
    served.close([{ ...closing, seq: day, through: lastPeriod + day }]);
    if (day === 40) rows.push(row('s1', lastPeriod + day, 3, day));
    served.observe(rows);
    served.batchSeq = day;
    since.push(day === 40 ? 3 : 0);
    const { ended } = forecastOf(served, 's1');
    assert.equal(ended, hasEnded(Float64Array.from([...learnt, ...since]), 7), `day ${day}`);
    assert.equal(forecastOf(served, 's0').ended, false);
    const { mean, quantiles } = forecastOf(served, 's1');
    assert.equal(
      [...mean, ...quantiles].every((value) => value === 0),
      ended,
      `day ${day}`,
    );
    judged.push(ended);
  }
  assert.deepEqual([judged[0], judged[38], judged[39]], [false, true, false]);
  // As of the day before, it had ended.
  assert.equal(forecastOf(served, 's1', served.cutoffOf('s1') - 1).ended, true);
  // A sale that is taken back leaves the silence.
  served.observe([row('s1', lastPeriod + 40, 0, 41)]);
  assert.equal(forecastOf(served, 's1').ended, true);
});

test('a forecaster that stored no silences tells nothing', async () => {
  const { silences: _, ...older } = forecaster;
  const served = await serve(older);
  served.observe([row('s0', lastPeriod + 60, 9, 1)]);
  assert.equal(forecastOf(served, 's1').ended, false);
});

test('the answer says it where it is so, as an object and as text', () => {
  const prediction = {
    id: 'prd_1',
    requestId: 'req_1',
    project: 'shop',
    seriesId: 'a',
    versionId: 'ver_1',
    arm: 'champion',
    purpose: 'served',
    source: 'model',
    cutoff: 10,
    madeAt: 0,
    levels: [0.5],
    mean: Float64Array.of(0),
    quantiles: Float64Array.of(0),
  } as const;
  const answer = {
    requestId: 'req_1',
    model: { name: 'shop', version: 1, arm: 'champion' },
    grid: project.grid,
    cutoff: 10,
    levels: [0.5],
    forecasts: [true, false].map((ended) => ({ prediction, reason: null, ended })),
  };
  const response = responseOf(answer);
  assert.deepEqual(
    response.forecasts.map(({ ended }) => ended),
    [true, undefined],
  );
  assert.deepEqual(JSON.parse([...responseJson(answer)].join('')), response);
});

test('a series without rows falls silent where a period without a row is unknown; nothing is expected of it', async () => {
  const served = await serve(forecaster, { gaps: 'missing' });
  const silent: (boolean | undefined)[] = [];
  for (let day = 1; day <= 40; day++) {
    served.observe([row('s0', lastPeriod + day, 9, day)]);
    served.close([{ ...closing, seq: day, through: lastPeriod + day }]);
    const { silent: said, mean, quantiles } = forecastOf(served, 's1');
    silent.push(said);
    const none = [...mean, ...quantiles].every((value) => value === 0);
    assert.equal(none, said, `day ${day}`);
    assert.equal(forecastOf(served, 's0').silent, false);
  }
  // Two weeks at least, whatever the rows said before; then until the next row.
  assert.deepEqual([silent.indexOf(true) >= 13, silent[39]], [true, true]);
  served.observe([row('s1', lastPeriod + 40, 3, 41)]);
  assert.equal(forecastOf(served, 's1').silent, false);
});

test('while nobody reports, no series has fallen silent', async () => {
  const served = await serve(forecaster, { gaps: 'missing' });
  served.close([{ ...closing, seq: 1, through: lastPeriod + 40 }]);
  assert.equal(forecastOf(served, 's1').silent, false);
  served.observe([row('s0', lastPeriod + 40, 9, 2)]);
  assert.equal(forecastOf(served, 's1').silent, true);
});

test('a silence that is like earlier ones of a series is none, however long ago they were', async () => {
  const pause = Array.from({ length: 200 }, (_, t) => (t >= 100 && t < 140 ? Number.NaN : 4));
  const own = Float64Array.from([...reportsOf(Float64Array.from(pause))]);
  const silences = Float64Array.from(
    panel.series.flatMap(({ values }, s) => [...silenceOf(values), ...(s === 1 ? own : reportsOf(values))]),
  );
  const served = await serve({ ...forecaster, silences }, { gaps: 'missing' });
  served.observe([row('s0', lastPeriod + 60, 9, 1)]);
  served.close([{ ...closing, seq: 1, through: lastPeriod + 60 }]);
  assert.deepEqual([forecastOf(served, 's1').silent, forecastOf(served, 's2').silent], [false, true]);
});
