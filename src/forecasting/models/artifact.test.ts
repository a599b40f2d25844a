import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '../../core/index.ts';
import { decodeForecaster, decodeForecasterInSlices, encodeForecaster } from './artifact.ts';
import { modelOf } from './catalog.ts';
import { advance, type Forecaster, forecastSeries, pathBlockOf } from './forecaster.ts';

function exampleForecaster(): Forecaster {
  const models = [modelOf('dotm+ets'), modelOf('tsb')];
  const histories = [
    Float64Array.from({ length: 60 }, (_, t) => 100 + t + 20 * Math.sin((t * Math.PI) / 6)),
    Float64Array.from({ length: 40 }, (_, t) => (t % 5 === 0 ? 3 : 0)),
  ];
  return {
    grid: { frequency: 'month', weekStart: 1 },
    horizon: 2,
    seasons: [12],
    nonNegative: true,
    intervals: {
      levels: [0.1, 0.5, 0.9],
      strata: ['all'],
      horizon: 2,
      offsets: Float64Array.from([-1, 0.1, 1.2, -2, 0.2, 2.5]),
    },
    models,
    ids: ['a', 'b/ü'],
    modelOf: Uint16Array.of(0, 1),
    states: histories.map((history, i) => models[i]!.fit(history, { seasons: [12], horizon: 2 })),
    lastPeriods: Float64Array.of(59, 39),
    scales: Float64Array.of(10, 2),
    strata: Uint16Array.of(0, 0),
    largest: Float64Array.of(180, 3),
    recent: histories.map((history) => history.slice(-3)),
  };
}

test('a forecaster read back forecasts the same bits and writes the same bytes', () => {
  const before = exampleForecaster();
  const bytes = encodeForecaster(before);
  const after = decodeForecaster(bytes);
  const options = { horizon: 5, levels: [0.05, 0.25, 0.9] };
  for (const series of [0, 1]) {
    assert.deepEqual(forecastSeries(after, series, options), forecastSeries(before, series, options));
    advance(before, series, 7);
    advance(after, series, 7);
    assert.deepEqual(after.states.at(series), before.states.at(series));
  }
  assert.deepEqual(encodeForecaster(after), encodeForecaster(before));
  assert.notDeepEqual(encodeForecaster(after), bytes);
});

test('what went together in the backtest is kept, and an artifact without it is read', () => {
  const paths = {
    horizon: 2,
    blocks: [{ windows: 2, mirrored: true, ranks: Uint16Array.of(0, 3, 1, 2) }],
    blockOf: Int16Array.of(0),
  };
  const after = decodeForecaster(encodeForecaster({ ...exampleForecaster(), paths }));
  assert.deepEqual(after.paths, paths);
  assert.deepEqual(pathBlockOf(after, 1), paths.blocks[0]);
  assert.equal(pathBlockOf(decodeForecaster(encodeForecaster(exampleForecaster())), 1), undefined);
  const broken = { ...paths, blockOf: Int16Array.of(1) };
  assert.throws(
    () => decodeForecaster(encodeForecaster({ ...exampleForecaster(), paths: broken })),
    (error) => isAppError(error, 'models/corrupt-state'),
  );
});

test('any changed, missing or added byte is refused', () => {
  const bytes = encodeForecaster(exampleForecaster());
  const refused = (damaged: Uint8Array): void => {
    assert.throws(
      () => decodeForecaster(damaged),
      (error) => isAppError(error, 'models/corrupt-state'),
    );
  };
  for (let i = 0; i < bytes.length; i += 7) {
    const damaged = bytes.slice();
    damaged[i] = (damaged[i] as number) ^ 0x10;
    refused(damaged);
  }
  for (const length of [0, 8, 16, 100, bytes.length - 8, bytes.length - 1]) refused(bytes.slice(0, length));
  refused(Uint8Array.from([...bytes, 0, 0, 0, 0, 0, 0, 0, 0]));
});

test('a large artifact read in slices lets others run in between and is the same', async () => {
  const { states, ...small } = exampleForecaster();
  const count = 10_000;
  const recent = new Float64Array(100).fill(3);
  const bytes = encodeForecaster({
    ...small,
    ids: Array.from({ length: count }, (_, i) => `s${i}`),
    modelOf: new Uint16Array(count).fill(1),
    states: Array.from({ length: count }, () => states.at(1)!),
    lastPeriods: new Float64Array(count).fill(39),
    scales: new Float64Array(count).fill(2),
    strata: new Uint16Array(count),
    largest: new Float64Array(count).fill(3),
    recent: Array.from({ length: count }, () => recent),
  });
  let breaths = 0;
  const breathe = async (): Promise<void> => {
    breaths++;
    await Promise.resolve();
  };
  assert.deepEqual(encodeForecaster(await decodeForecasterInSlices(bytes, breathe)), bytes);
  assert.ok(breaths >= 4, `${breaths} breaths`);
  bytes[bytes.length - 1] = 0x55;
  await assert.rejects(decodeForecasterInSlices(bytes, breathe), (error) =>
    isAppError(error, 'models/corrupt-state'),
  );
});

test('bytes at an odd offset of a larger buffer are read', () => {
  const bytes = encodeForecaster(exampleForecaster());
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  assert.equal(decodeForecaster(shifted.subarray(3)).ids[1], 'b/ü');
});

test('quantiles lie around the mean by scale times offset, are cut at zero, and never cross', () => {
  const forecaster = exampleForecaster();
  const { mean, quantiles } = forecastSeries(forecaster, 0, {
    horizon: 4,
    levels: [0.1, 0.3, 0.5, 0.9, 0.99],
  });
  assert.equal(quantiles[0]![0], mean[0]! - 10);
  assert.ok(Math.abs(quantiles[1]![0]! - (mean[0]! + 10 * (-1 + 1.1 * 0.5))) < 1e-9);
  assert.equal(quantiles[3]![1], mean[1]! + 25);
  // Past the table's levels as an exponential goes on: from the median to 90 % it is ln 5 long, from there to 99 % ln 10.
  const [middle, upper, beyond] = [2, 3, 4].map((l) => quantiles[l]![1]!) as [number, number, number];
  assert.ok(Math.abs(beyond - upper - ((upper - middle) * Math.log(10)) / Math.log(5)) < 1e-9);
  assert.ok(Math.abs(quantiles[3]![3]! - (mean[3]! + 25 * Math.SQRT2)) < 1e-9);
  const sparse = forecastSeries(forecaster, 1, { horizon: 2, levels: [0.1, 0.5, 0.9] });
  assert.equal(sparse.quantiles[0]![0], 0);
  for (let k = 0; k < 2; k++) {
    assert.ok(sparse.quantiles[0]![k]! <= sparse.quantiles[1]![k]!);
    assert.ok(sparse.quantiles[1]![k]! <= sparse.quantiles[2]![k]!);
  }
});

test('advancing a series moves its last period and nothing of the others', () => {
  const forecaster = exampleForecaster();
  const other = forecaster.states.at(1)!.slice();
  advance(forecaster, 0, 150);
  assert.equal(forecaster.lastPeriods[0], 60);
  assert.deepEqual(forecaster.states.at(1), other);
});
