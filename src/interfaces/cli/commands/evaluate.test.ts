import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import type { PairedRatio, Spread } from '../../../forecasting/evaluate/index.ts';
import { defaultLevels, type FileEvaluation } from '../../../services/evaluation/index.ts';
import type { CommandContext } from '../command.ts';
import { Printer } from '../printer.ts';
import { evaluate } from './evaluate.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-evaluate-test-'));
  const lines = ['item,month,units,price'];
  for (let item = 0; item < 4; item++) {
    for (let t = 0; t < 48; t++) {
      const month = `${2020 + Math.floor(t / 12)}-${String((t % 12) + 1).padStart(2, '0')}-01`;
      lines.push(`i${item},${month},${50 + item + (t % 12) * 3 + ((t * 7 + item) % 5)},9.5`);
    }
  }
  await writeFile(join(folder, 'sales.csv'), lines.join('\n'));
  const part = (row: number): string => (row === 0 ? 'part' : (row - 1) % 48 < 42 ? 'train' : 'test');
  await writeFile(join(folder, 'split.csv'), lines.map((line, row) => `${line},${part(row)}`).join('\n'));
  await writeFile(join(folder, 'halves.csv'), 'item,half\ni0,a\ni1,a\ni2,b\ni3,b\n');
  const shelves = (sold: string): string =>
    lines
      .map((line, row) => {
        if (row === 0) return `${line},oos`;
        // Out of stock in every seventh month, and in the third of item 0's six test months.
        if (row % 7 !== 0 && row !== 45) return `${line},0`;
        const [item, month, , price] = line.split(',');
        return [item, month, sold, price, 1].join(',');
      })
      .join('\n');
  await writeFile(join(folder, 'sold-none.csv'), shelves('0'));
  await writeFile(join(folder, 'sold-much.csv'), shelves('99999'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The part of a context that `evaluate` touches. */
function contextOf(options: Record<string, unknown>, file = 'sales.csv'): CommandContext {
  const progress = { update() {}, stop() {} };
  return {
    terminal: { cwd: folder },
    args: [file],
    options: { gaps: 'missing', models: 'auto', ...options },
    signal: new AbortController().signal,
    progress: () => progress,
    now: () => Date.UTC(2026, 10, 30, 12),
    note() {},
  } as unknown as CommandContext;
}

const needed = { series: ['item'], time: 'month', target: 'units', frequency: 'month', horizon: 6 };

test('evaluate scores a file and prints the documented JSON', async () => {
  const report = await evaluate.run(contextOf({ ...needed, known: ['price'], out: 'forecasts.csv' }));
  const json = JSON.parse(JSON.stringify(report?.json)) as Record<string, never>;
  assert.equal(json.rows, 192);
  assert.equal(json.series, 4);
  const { selected, models, notes } = json as unknown as {
    selected: {
      metrics: Record<string, unknown>;
      seconds: number;
      chosen: { model: Record<string, number> };
    };
    models: { name: string; metrics: Record<string, unknown>; seconds: number }[];
    notes: string[];
  };
  for (const { metrics } of [selected, ...models]) {
    for (const name of [
      'smape',
      'mase',
      'rmsse',
      'wape',
      'bias',
      'mape',
      'rmspe',
      'rmse',
      'pinball',
      'spl',
      'crps',
    ])
      assert.ok(name in metrics, name);
    assert.ok('coverage' in metrics);
  }
  assert.equal(
    Object.values(selected.chosen.model).reduce((a, b) => a + b, 0),
    4,
  );
  assert.ok(
    notes.some((note) => note.includes('price')),
    'says that covariates were not used',
  );
  const csv = (await readFile(join(folder, 'forecasts.csv'), 'utf8')).trim().split('\n');
  assert.equal(csv.length, 1 + 4 * 6);
  const levels = defaultLevels.map((level) => `q${level}`);
  assert.equal(csv[0], ['series,timestamp,step,model,fva,actual,mean', ...levels].join(','));
  assert.match(csv[1] ?? '', /^i0,2023-07-01,1,/);
});

test('evaluate prints a table for people, the chosen model last', async () => {
  const report = await evaluate.run(contextOf({ ...needed, models: ['snaive', 'ets'] }));
  let text = '';
  report?.print(
    new Printer((part) => {
      text += part;
    }, false),
  );
  assert.match(text, /192 rows, 4 series scored, horizon 6, season 12/);
  assert.match(text, /\nsnaive .*\nets .*\nselected /);
  const json = report?.json as FileEvaluation;
  const { count, median, positive } = json.selected.valueAdded as Spread;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  assert.equal(count, 4);
  assert.ok(
    text.includes(
      `\nFVA over seasonal naive: median ${percent(median)}, above zero for ${percent(positive)} of 4 series\n`,
    ),
    text,
  );
});

test('a missing option and a setting that does not bear on a file are usage errors', async () => {
  await assert.rejects(evaluate.run(contextOf({})), /--time is needed/);
  const set = ['horizonSteps=3'];
  await assert.rejects(
    evaluate.run(contextOf({ ...needed, set })),
    /--set horizonSteps: what bears on a file/,
  );
  await assert.rejects(evaluate.run(contextOf({ ...needed, weekStart: '9' })), { code: 'config/invalid' });
});

test('several windows are told one by one, with their deviation and whether the choice was surely better', async () => {
  const options = { ...needed, folds: 2, models: ['snaive', 'ets'] };
  const report = await evaluate.run(contextOf(options));
  assert.ok(report);
  const { selected, models } = report.json as FileEvaluation;
  assert.equal(selected.windows.length, 2);
  const rmsse = selected.windows.map((window) => window.rmsse as number) as [number, number];
  const { mean, deviation } = selected.spread.rmsse as { mean: number; deviation: number };
  assert.ok(Math.abs(mean - (rmsse[0] + rmsse[1]) / 2) < 1e-12);
  assert.ok(Math.abs(deviation - Math.abs(rmsse[0] - rmsse[1]) / Math.SQRT2) < 1e-12);
  const { ratio, low, high, windows, series } = (models[0] as FileEvaluation['models'][number]).selectedRatio
    .wape as PairedRatio;
  assert.deepEqual([windows, series], [2, 4]);
  assert.ok((low as number) <= ratio && ratio <= (high as number));
  let text = '';
  report.print(
    new Printer((part) => {
      text += part;
    }, false),
  );
  assert.match(text, /\nwindow +MASE .*\nnewest .*\n1 before .*\nmean .*\ndeviation /);
  assert.match(text, /\nsnaive +\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\] /);
  const tables = text.slice(text.indexOf('\nwindow ')).split('\n');
  assert.deepEqual(
    tables.filter((line) => line.length > 80 && !line.startsWith('·')),
    [],
  );
});

test('a split names the newest window, folds go on before it', async () => {
  const split = await evaluate.run(contextOf({ ...needed, folds: 2, models: ['snaive'] }));
  const named = await evaluate.run(
    contextOf({ ...needed, split: 'part', folds: 2, models: ['snaive'] }, 'split.csv'),
  );
  const [one, other] = [split, named].map((report) => report?.json as FileEvaluation);
  assert.equal(one?.selected.windows.length, 2);
  assert.deepEqual(other?.selected.windows, one?.selected.windows);
});

test('a file without a series column is one series, in the weeks, the zone and with the holidays that are named', async () => {
  const hour = 3_600_000;
  const rows = Array.from({ length: 24 * 7 * 40 }, (_, i) => {
    const at = new Date(Date.UTC(2025, 0, 5) + i * hour);
    return `${at.toISOString()},1`;
  });
  await writeFile(join(folder, 'hours.csv'), ['sold_at,units', ...rows].join('\n'));
  const options = { time: 'sold_at', target: 'units', frequency: 'week', horizon: 4, models: ['naive'] };
  const said = { timezone: 'America/New_York', weekStart: '0', calendar: 'US-NY', out: 'weeks.csv' };
  const report = await evaluate.run(contextOf({ ...options, ...said }, 'hours.csv'));
  const json = report?.json as FileEvaluation;
  assert.equal(json.series, 1);
  assert.ok(json.notes.includes('No series columns were named: all rows are one series.'));
  assert.ok(
    json.notes.some((note) => note.includes('holiday')),
    'the holidays are columns',
  );
  const [, first] = (await readFile(join(folder, 'weeks.csv'), 'utf8')).trim().split('\n');
  // Sunday: the last row, Saturday 18:00 in New York, is of the week of 5 October less the five hours of the first.
  assert.match(first ?? '', /^all,2025-09-14,1,naive/);
});

test('what was sold when out of stock is neither learnt nor scored, and the report counts those periods', async () => {
  const run = async (file: string, options: Record<string, unknown>) => {
    const report = await evaluate.run(
      contextOf({ ...needed, models: ['snaive', 'ets'], out: 'shelves.csv', ...options }, file),
    );
    const json = report?.json as FileEvaluation;
    return { json, forecasts: (await readFile(join(folder, 'shelves.csv'), 'utf8')).trim().split('\n') };
  };
  const none = await run('sold-none.csv', { stockout: 'oos' });
  const much = await run('sold-much.csv', { stockout: 'oos' });
  assert.deepEqual(much.forecasts, none.forecasts);
  assert.deepEqual(much.json.selected.metrics, none.json.selected.metrics);
  const learnt = await run('sold-none.csv', {});
  assert.notDeepEqual(learnt.forecasts, none.forecasts);
  assert.ok((learnt.json.selected.metrics.rmsse ?? 0) > 2 * (none.json.selected.metrics.rmsse ?? 0));

  const unknown = none.forecasts.filter((line) => line.split(',')[5] === '');
  assert.deepEqual(none.json.stockouts, { periods: 28, testPeriods: unknown.length });
  assert.ok(unknown.some((line) => line.startsWith('i0,2023-09-01,3,')));
  assert.ok(
    none.json.notes.includes(
      `28 periods out of stock, ${unknown.length} of them in test windows: left out, as their demand is unknown.`,
    ),
  );
  assert.equal(learnt.json.stockouts, undefined);
});

test('with totals, a period out of stock is left out of the series and of their totals', async () => {
  const run = async (file: string) => {
    const options = { ...needed, models: ['snaive'], stockout: 'oos', hierarchy: ['half'] };
    const report = await evaluate.run(contextOf({ ...options, join: 'halves.csv' }, file));
    return report?.json as FileEvaluation;
  };
  const [none, much] = [await run('sold-none.csv'), await run('sold-much.csv')];
  assert.deepEqual(much.stockouts, none.stockouts);
  assert.equal(none.stockouts?.periods, 28);
  assert.deepEqual(much.hierarchy?.levels, none.hierarchy?.levels);
});

test('with totals, the file has every node as reconciled, and totals equal the sums of the series in it', async () => {
  const options = {
    ...needed,
    hierarchy: ['half'],
    join: 'halves.csv',
    models: ['snaive', 'ets'],
    out: 'nodes.csv',
  };
  await evaluate.run(contextOf({ ...options, quantiles: [0.1, 0.5, 0.9] }));
  const [header, ...lines] = (await readFile(join(folder, 'nodes.csv'), 'utf8')).trim().split('\n');
  assert.equal(header, 'level,series,timestamp,step,model,fva,actual,mean,q0.1,q0.5,q0.9');
  const rows = lines.map((line) => {
    const [level = '', series = '', timestamp = '', , , , actual, mean, low, , high] = line.split(',');
    return {
      level,
      series,
      timestamp,
      actual: Number(actual),
      mean: Number(mean),
      low: Number(low),
      high: Number(high),
    };
  });
  assert.equal(rows.length, (1 + 2 + 4) * 6);
  assert.deepEqual([...new Set(rows.map(({ level }) => level))], ['total', 'half', 'bottom']);
  const parts: Record<string, readonly string[]> = {
    total: ['i0', 'i1', 'i2', 'i3'],
    'half=a': ['i0', 'i1'],
    'half=b': ['i2', 'i3'],
  };
  let totals = 0;
  for (const total of rows) {
    assert.ok(total.low <= total.high);
    if (total.level === 'bottom') continue;
    totals++;
    const own = rows.filter(
      ({ level, series, timestamp }) =>
        level === 'bottom' && timestamp === total.timestamp && parts[total.series]?.includes(series),
    );
    assert.equal(own.length, parts[total.series]?.length);
    for (const name of ['mean', 'actual'] as const)
      assert.ok(Math.abs(total[name] - own.reduce((sum, row) => sum + row[name], 0)) < 1e-6, total.series);
  }
  assert.equal(totals, 3 * 6);
});

test('what plans did to demand is told with its interval, and nothing of what never moved', async () => {
  const lines = ['item,month,units,price,promo,always'];
  for (let item = 0; item < 8; item++)
    for (let t = 0; t < 40; t++) {
      const month = `${2020 + Math.floor(t / 12)}-${String((t % 12) + 1).padStart(2, '0')}-01`;
      const price = 10 - ((t * 5 + item) % 4);
      const promo = (t * 3 + item) % 5 === 0 ? 1 : 0;
      lines.push(
        `i${item},${month},${Math.round(9000 * price ** -1.5 * (promo === 1 ? 2 : 1))},${price},${promo},1`,
      );
    }
  await writeFile(join(folder, 'plans.csv'), lines.join('\n'));
  const known = ['price', 'promo', 'always'];
  const report = await evaluate.run(contextOf({ ...needed, known, models: ['snaive'] }, 'plans.csv'));
  assert.ok(report !== null);
  const { effects } = report.json as FileEvaluation;
  assert.deepEqual(
    effects.map(({ column, measure, series, periods }) => ({ column, measure, series, periods })),
    [
      { column: 'price', measure: 'elasticity', series: 8, periods: 320 },
      { column: 'promo', measure: 'factor', series: 8, periods: 312 },
    ],
  );
  const [price, promo] = effects;
  assert.ok(price !== undefined && Math.abs(price.estimate + 1.5) < 0.01 && price.low <= price.estimate);
  assert.ok(promo !== undefined && Math.abs(promo.estimate - 2) < 0.01 && promo.high >= promo.estimate);
  let text = '';
  report.print(
    new Printer((part) => {
      text += part;
    }, false),
  );
  assert.match(text, /price +elasticity +-1\.50 /);
  assert.match(text, /promo +factor +× 2\.00 /);
  const told = text.slice(text.indexOf('\ncolumn ')).split('\n').slice(0, 8);
  assert.ok(
    told.every((line) => line.length <= 80),
    told.join('\n'),
  );
});
