import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  demandAt,
  exportedForecaster,
  exportedModel,
  exportedProject,
  lastLearnt,
  learntIds,
  stillPlatform,
} from '../../../test/fixtures/exported-world.ts';
import { isAppError, ObservationStatus, periodLabel } from '../../core/index.ts';
import { advance, forecastSeries } from '../../forecasting/models/index.ts';
import type { TailRow } from '../../storage/ports/index.ts';
import { type ExportedForecaster, loadForecaster } from './exported-forecaster.ts';
import { decodeExportedModel, encodeExportedModel } from './exported-model.ts';

const day = (after: number): string => periodLabel(exportedProject.grid, lastLearnt + after);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const row = (seriesId: string, after: number, value: number): TailRow => ({
  seriesId,
  period: lastLearnt + after,
  value,
  status: Number.isNaN(value) ? ObservationStatus.missing : ObservationStatus.observed,
  batchSeq: 6,
  knownAt: 0,
});

async function loaded(change: Parameters<typeof exportedModel>[0] = {}): Promise<ExportedForecaster> {
  return await loadForecaster(await encodeExportedModel(exportedModel(change)), stillPlatform());
}

test('an exported model forecasts the bits of its forecaster, and says what it is and that nothing is stored', async () => {
  const forecaster = await loaded();
  const answer = await forecaster.forecast({ horizon: 5 });
  assert.equal(answer.stored, false);
  assert.deepEqual(answer.model, { name: 'shop', version: 3, arm: 'champion' });
  assert.equal(answer.cutoffAt, day(0));
  for (const [i, { series, source, steps }] of answer.forecasts.entries()) {
    const expected = forecastSeries(exportedForecaster(), i, { horizon: 5, levels: [0.1, 0.5, 0.9] });
    assert.equal(series, learntIds[i]);
    assert.equal(source, 'model');
    assert.deepEqual(
      steps.map(({ mean }) => mean),
      [...expected.mean],
    );
    assert.deepEqual(
      steps.map(({ quantiles }) => quantiles['0.9']),
      [...(expected.quantiles[2] as Float64Array)],
    );
  }
  assert.deepEqual(forecaster.describe(), {
    project: 'shop',
    model: { name: 'shop', version: 3 },
    frequency: 'day',
    cutoffAt: day(0),
    horizonSteps: 7,
    quantiles: [0.1, 0.5, 0.9],
    series: 2,
    exportedAt: '2026-03-02T00:00:00.000Z',
  });
});

test('rows taken along and rows given later advance the states one by one, and leave the forecaster before as it was', async () => {
  const forecaster = await loaded({ rows: [row('north/bread', 1, 31), row('süd/cake', 1, Number.NaN)] });
  const before = await forecaster.forecast();
  assert.equal(before.cutoffAt, day(1));
  const csv = `store,item,date,units\nnorth,bread,${day(2)},44\nsüd,cake,${day(2)},12\n`;
  const { forecaster: later, counts } = await forecaster.observe(text(csv), {
    format: 'csv',
    name: 'new.csv',
  });
  assert.deepEqual([counts.rows, counts.accepted, counts.quarantined], [2, 2, 0]);
  const after = await later.forecast();
  assert.equal(after.cutoffAt, day(2));
  const expected = exportedForecaster();
  for (const value of [31, 44]) advance(expected, 0, value);
  for (const value of [Number.NaN, 12]) advance(expected, 1, value);
  for (const [i, { steps }] of after.forecasts.entries())
    assert.deepEqual(
      steps.map(({ mean }) => mean),
      [...forecastSeries(expected, i, { horizon: 7, levels: [] }).mean],
    );
  assert.deepEqual(
    (await forecaster.forecast()).forecasts.map(({ steps }) => steps),
    before.forecasts.map(({ steps }) => steps),
  );
});

test('refused rows are counted with reasons; a series that is new is answered by the baseline', async () => {
  const forecaster = await loaded();
  const rows = [
    { store: 'west', item: 'rye', date: day(1), units: 8 },
    { store: 'west', item: 'rye', date: 'yesterday', units: 8 },
    { store: 'west', item: 'rye', date: day(2), units: -1 },
    { store: 'west', item: 'rye', date: day(30), units: 1 },
  ];
  const body = { format: 'json', name: 'observations' } as const;
  const { forecaster: later, counts } = await forecaster.observe(text(JSON.stringify(rows)), body);
  assert.deepEqual(
    counts.problems.map(({ row, code }) => [row, code]),
    [
      [2, 'bad-time'],
      [3, 'negative'],
      [4, 'future-time'],
    ],
  );
  const [rye] = (await later.forecast({ series: ['west/rye'], horizon: 1 })).forecasts;
  assert.equal(rye?.source, 'baseline');
  assert.equal(rye?.reason, 'new-series');
  assert.equal(rye?.steps[0]?.mean, 8);
  await assert.rejects(forecaster.forecast({ series: ['west/rye'] }), (error) =>
    isAppError(error, 'serving/unknown-series'),
  );
});

test('a file that names no series is of the one it is given for', async () => {
  const forecaster = await loaded();
  const body = { format: 'csv', name: 'one.csv', series: 'süd/cake' } as const;
  const { forecaster: later } = await forecaster.observe(text(`date,units\n${day(1)},50\n`), body);
  assert.deepEqual([...later.history('süd/cake', 2).values], [demandAt(1, lastLearnt), 50]);
  assert.deepEqual([...later.seriesIds()], learntIds);
});

test('rows close periods of their own series; those of a file the whole range of the file for each series in it', async () => {
  const forecaster = await loaded();
  const rows = `store,item,date,units\nnorth,bread,${day(3)},44\nsüd,cake,${day(1)},12\n`;
  const cutoffs: (string | undefined)[][] = [];
  for (const isFile of [false, true]) {
    const { forecaster: later } = await forecaster.observe(text(rows), {
      format: 'csv',
      name: 'a.csv',
      isFile,
    });
    cutoffs.push((await later.forecast()).forecasts.map(({ cutoffAt }) => cutoffAt));
  }
  assert.deepEqual(cutoffs, [
    [day(3), day(1)],
    [day(3), day(3)],
  ]);
});

test('history begins with a known value and ends at the cutoff', async () => {
  const forecaster = await loaded({ rows: [row('west/rye', 2, 5)] });
  // What another shop reported says nothing of this one.
  const { timestamps, values } = forecaster.history('north/bread', 500);
  assert.equal(values.length, 14);
  assert.equal(timestamps.at(-1), day(0));
  assert.deepEqual(values.at(-1), demandAt(0, lastLearnt));
  assert.deepEqual(forecaster.history('west/rye', 500).timestamps, [day(2)]);
  const closing = { seq: 7, group: 'north', through: lastLearnt + 2, cause: 'reporters', at: 0 } as const;
  const closed = (await loaded({ closings: [closing] })).history('north/bread', 500);
  assert.deepEqual([closed.timestamps.at(-1), ...closed.values.slice(-2)], [day(2), 0, 0]);
  assert.equal(forecaster.history('nobody', 5).values.length, 0);
});

test('everything taken along is read back as it was, NaN and holidays included', async () => {
  const columns = { ...exportedProject.columns, known: ['price'] };
  const before = exportedModel({
    project: { ...exportedProject, calendar: { country: 'DE' }, columns },
    rows: [row('a', 1, Number.NaN), row('a', 2, -0.1)],
    closings: [{ seq: 7, group: 'north', through: lastLearnt + 2, cause: 'lateness', at: 5 }],
    planned: [{ ...row('a', 3, Number.NaN), covariates: { price: 1.5 } }],
    attributes: [{ seriesId: 'b', attributes: { kind: 'large' }, batchSeq: 2 }],
    holidays: {
      name: 'holiday',
      labels: ['none', 'Ostern'],
      begin: lastLearnt + 1,
      codes: Int32Array.of(0, 1),
    },
  });
  const after = await decodeExportedModel(await encodeExportedModel(before));
  assert.deepEqual(
    { ...after, artifact: Buffer.from(after.artifact) },
    { ...before, artifact: Buffer.from(before.artifact) },
  );
});

test('bytes that are cut or changed are refused with a code, whatever was done to them', async () => {
  const bytes = await encodeExportedModel(exportedModel());
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.nat({ max: bytes.length - 1 }).map((length) => bytes.slice(0, length)),
        // Bytes 3 to 9 of gzip are remarks: a time, an operating system.
        fc
          .tuple(fc.integer({ min: 10, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }))
          .map(([at, by]) => {
            const changed = bytes.slice();
            changed[at] = (changed[at] as number) ^ by;
            return changed;
          }),
        fc.uint8Array({ maxLength: 64 }),
      ),
      async (given) => {
        await assert.rejects(
          loadForecaster(given, stillPlatform()),
          (error) => isAppError(error, 'edge/damaged-model') || isAppError(error, 'models/corrupt-state'),
        );
      },
    ),
    { numRuns: 150 },
  );
});
