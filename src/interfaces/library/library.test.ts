import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Rng } from '../../core/index.ts';
import { drift, evaluate, forecast } from '../../index.ts';

const rng = new Rng(3);
const week = [10, 40, 38, 36, 37, 45, 20];
const history = Array.from({ length: 140 }, (_, day) => (week[day % 7] as number) + 2 * rng.normal());

describe('forecast', () => {
  it('follows the week of a history, with quantiles that do not cross', async () => {
    const { model, mean, quantiles } = await forecast(history, { horizon: 14, seasons: [7] });
    assert.ok(model.length > 0);
    assert.equal(mean.length, 14);
    for (const [step, value] of mean.entries()) {
      assert.ok(Math.abs(value - (week[step % 7] as number)) < 4, `step ${step}: ${value}`);
      const [low, middle, high] = ['0.1', '0.5', '0.9'].map((level) => quantiles[level]?.[step] as number);
      assert.ok((low as number) <= (middle as number) && (middle as number) <= (high as number));
    }
  });

  it('is the same every time', async () => {
    const options = { horizon: 5, seasons: [7], quantiles: [0.5] };
    assert.deepEqual(await forecast(history, options), await forecast(history, options));
  });

  it('refuses a history of which nothing is known, and models that are not there', async () => {
    await assert.rejects(forecast([Number.NaN], { horizon: 1 }), { code: 'train/not-enough-data' });
    await assert.rejects(forecast([1, 2], { horizon: 1, models: ['oracle'] }), {
      code: 'models/unknown-model',
    });
  });
});

describe('drift', () => {
  it('finds a column that has moved beside one that has not, and says when rows are too few', async () => {
    const draws = new Rng(5);
    const rows = (count: number, shift = 0): Float64Array =>
      Float64Array.from({ length: count }, () => shift + draws.normal());
    const { verdict, columns } = await drift([
      { name: 'price', kind: 'number', reference: rows(2_000), current: rows(400, 0.6) },
      { name: 'weight', kind: 'number', reference: rows(2_000), current: rows(400) },
      { name: 'age', kind: 'number', reference: rows(2_000), current: rows(20) },
    ]);
    assert.equal(verdict, 'drift');
    assert.deepEqual(
      columns.map((column) => column.verdict),
      ['drift', 'none', 'unknown'],
    );
  });
});

describe('evaluate', () => {
  it('scores a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'almanac-library-'));
    try {
      const path = join(folder, 'sales.csv');
      const rows = history.map(
        (units, day) =>
          `a,${new Date(day * 86_400_000).toISOString().slice(0, 10)},${day % 20 === 0 ? '0,1' : `${units},0`}`,
      );
      await writeFile(path, `item,date,units,sold_out\n${rows.join('\n')}\n`);
      const {
        rows: read,
        selected,
        stockouts,
      } = await evaluate(path, {
        series: ['item'],
        time: 'date',
        target: 'units',
        stockout: 'sold_out',
        frequency: 'day',
        horizon: 14,
      });
      assert.equal(read, 140);
      assert.deepEqual(stockouts, { periods: 7, testPeriods: 0 });
      assert.ok((selected.metrics.mase ?? 9) < 1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
