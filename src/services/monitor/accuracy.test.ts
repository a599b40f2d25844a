import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { pastOf } from '../../../test/fixtures/past.ts';
import { type ProjectChange, projectLike } from '../../../test/fixtures/project.ts';
import {
  type Closing,
  ManualClock,
  ObservationStatus,
  type Project,
  wholeProject,
} from '../../core/index.ts';
import type {
  ClosingBatch,
  HistoryTotals,
  PredictionRecord,
  SeriesAttributes,
  TailRow,
} from '../../storage/ports/index.ts';
import { AccuracyMonitor } from './accuracy.ts';
import type { AccuracyQuery, AccuracyReport } from './accuracy-report.ts';

const dayMs = 86_400_000;

function project(change: ProjectChange = {}): Project {
  return projectLike({
    horizonSteps: 3,
    seasons: [2],
    levels: [0.1, 0.9],
    gaps: 'missing',
    ...change,
  });
}

function closing(group: string, through: number): Closing {
  return { seq: 1, group, through, cause: 'reporters', at: 0 };
}

/** Predictions and rows in memory, with the order and limits that the store port promises. */
class Memory {
  readonly predictions: PredictionRecord[] = [];
  readonly rows: TailRow[] = [];
  reads = 0;

  predict(cutoff: number, mean: number[], change: Partial<PredictionRecord> = {}): void {
    this.predictions.push({
      id: `prd_${String(this.predictions.length).padStart(6, '0')}`,
      requestId: 'req',
      project: 'shop',
      seriesId: 'a',
      versionId: 'ver_1',
      arm: 'champion',
      purpose: 'served',
      source: 'model',
      cutoff,
      madeAt: 0,
      levels: [0.1, 0.9],
      mean: Float64Array.from(mean),
      quantiles: Float64Array.from([...mean.map((v) => v - 5), ...mean.map((v) => v + 5)]),
      ...change,
    });
  }

  observe(period: number, value: number, change: Partial<TailRow> = {}): void {
    const batchSeq = this.rows.length + 1;
    const row = { seriesId: 'a', period, value, status: ObservationStatus.observed, knownAt: 0, ...change };
    this.rows.push({ ...row, batchSeq });
  }

  attributes: SeriesAttributes[] = [];

  async readAttributes(_project: string, { afterId, limit }: { afterId: string; limit: number }) {
    return this.attributes.filter(({ seriesId }) => seriesId > afterId).slice(0, limit);
  }

  async historyTotals(): Promise<HistoryTotals> {
    const periods = this.rows.map(({ period }) => period);
    const known = periods.length > 0;
    return {
      batches: this.rows.length,
      batchSeq: this.rows.length,
      rowsUnsealed: 0,
      periodMin: known ? Math.min(...periods) : null,
      periodMax: known ? Math.max(...periods) : null,
    };
  }

  /** The project is closed as far as rows have come, unless something else is said. */
  closings: Closing[] | undefined;
  files: ClosingBatch[] = [];

  async readClosings(): Promise<Closing[]> {
    const { periodMax } = await this.historyTotals();
    if (this.closings !== undefined || periodMax === null) return this.closings ?? [];
    return [closing(wholeProject, periodMax)];
  }

  async closingBatches(): Promise<ClosingBatch[]> {
    return this.files;
  }

  async readActuals(
    _project: string,
    options: { periodMin: number; periodMax: number; seriesIds?: readonly string[] },
  ): Promise<TailRow[]> {
    this.reads++;
    const latest = new Map<string, TailRow>();
    for (const row of this.rows) {
      if (row.period < options.periodMin || row.period > options.periodMax) continue;
      if (options.seriesIds?.includes(row.seriesId) ?? true) latest.set(`${row.seriesId} ${row.period}`, row);
    }
    return [...latest.values()];
  }

  async scanPredictions(
    _project: string,
    options: Parameters<import('../../storage/ports/index.ts').PredictionStore['scanPredictions']>[1],
  ): Promise<PredictionRecord[]> {
    const { after } = options;
    return this.predictions
      .filter((record) => record.cutoff >= options.cutoffMin && record.cutoff <= options.cutoffMax)
      .filter((record) => options.versionId === undefined || record.versionId === options.versionId)
      .sort((x, y) => x.cutoff - y.cutoff || (x.id < y.id ? -1 : 1))
      .filter((r) => !after || r.cutoff > after.cutoff || (r.cutoff === after.cutoff && r.id > after.id))
      .slice(0, options.limit);
  }

  async predictionStats(): Promise<{ count: number; cutoffMin: number | null; cutoffMax: number | null }> {
    const cutoffs = this.predictions.map((record) => record.cutoff);
    const none = cutoffs.length === 0;
    return {
      count: cutoffs.length,
      cutoffMin: none ? null : Math.min(...cutoffs),
      cutoffMax: none ? null : Math.max(...cutoffs),
    };
  }
}

function monitorOf(store: Memory, nowPeriod = 0): AccuracyMonitor {
  return new AccuracyMonitor({
    store,
    past: async (_project, range) => pastOf([], range),
    clock: new ManualClock(nowPeriod * dayMs),
    breathe: () => Promise.resolve(),
  });
}

function near(actual: number | null | undefined, expected: number): void {
  assert.ok(
    typeof actual === 'number' && Math.abs(actual - expected) < 1e-12,
    `${actual} is not ${expected}`,
  );
}

test('gives the figures worked out by hand', async () => {
  const store = new Memory();
  store.observe(9, 8);
  store.observe(10, 9);
  store.predict(10, [10, 20, 30]);
  store.observe(11, 12);
  store.observe(12, 10);
  const report = await monitorOf(store).accuracy(project());
  // By hand: forecast − actual is −2 and +10, demand 22. Quantiles are mean ∓ 5.
  const { overall, baseline } = report;
  assert.equal(overall.labelsDue, 2);
  assert.equal(overall.labelsJoined, 2);
  assert.equal(overall.labelCoverage, 1);
  assert.equal(overall.metrics.n, 2);
  near(overall.metrics.wape, 12 / 22);
  near(overall.metrics.bias, 8 / 22);
  near(overall.metrics.mae, 6);
  near(overall.metrics.rmse, Math.sqrt(52));
  // Step 1: (0.1 × 7 + 0.1 × 3) / 2 = 0.5; step 2: (0.9 × 5 + 0.1 × 15) / 2 = 3.
  near(overall.metrics.pinball, 1.75);
  assert.deepEqual(overall.metrics.intervalCoverage, { 0.8: { n: 2, share: 0.5 } });
  // Seasonal naive of season 2 repeats periods 9 and 10: 8 − 12 and 9 − 10.
  assert.equal(baseline.n, 2);
  near(baseline.metrics.wape, 5 / 22);
  near(baseline.predictions.wape, 12 / 22);
  assert.deepEqual(
    report.byHorizon.map((row) => [row.horizon, row.metrics.n, row.metrics.mae]),
    [
      [1, 1, 2],
      [2, 1, 10],
    ],
  );
  assert.deepEqual(report.window, { fromPeriod: 11, toPeriod: 12, from: '1970-01-12', to: '1970-01-13' });
});

test('counts labels that the clock says are due and that have not come', async () => {
  const store = new Memory();
  store.predict(10, [10, 20, 30]);
  store.observe(11, 12);
  const early = await monitorOf(store, 12).accuracy(project());
  assert.deepEqual([early.overall.labelsDue, early.overall.labelsJoined], [1, 1]);
  const late = await monitorOf(store, 14).accuracy(project());
  assert.deepEqual([late.overall.labelsDue, late.overall.labelsJoined], [3, 1]);
  near(late.overall.labelCoverage, 1 / 3);
  assert.deepEqual(
    late.byHorizon.map((row) => row.labelCoverage),
    [1, 0, 0],
  );
});

test('takes no row for zero demand once the period is closed for the series, under gap rule zero only', async () => {
  const store = new Memory();
  store.predict(10, [4, 4, 4]);
  store.observe(12, 5, { seriesId: 'b' });
  const zero = await monitorOf(store).accuracy(project({ gaps: 'zero' }));
  assert.deepEqual([zero.overall.labelsDue, zero.overall.labelsJoined, zero.overall.metrics.mae], [2, 2, 4]);
  assert.equal(zero.overall.metrics.wape, null);
  const missing = await monitorOf(store).accuracy(project({ gaps: 'missing' }));
  assert.deepEqual([missing.overall.labelsDue, missing.overall.labelsJoined], [2, 0]);
  assert.equal(missing.overall.metrics.mae, null);
});

test('a period that nobody has closed has no label, whatever other series have reported', async () => {
  const store = new Memory();
  store.predict(10, [4, 4, 4], { seriesId: 'north/a' });
  store.predict(10, [4, 4, 4], { seriesId: 'south/b' });
  store.observe(11, 5, { seriesId: 'north/a' });
  const columns = { series: ['store', 'item'], time: 'date', target: 'units' };
  const ask = async (closings: Closing[]): Promise<(number | null)[]> => {
    store.closings = closings;
    // Noon of day 14: all three days are over by the calendar.
    const report = await monitorOf(store, 14.5).accuracy(project({ gaps: 'zero', columns }));
    const { labelsDue, labelsJoined, metrics } = report.overall;
    return [labelsDue, labelsJoined, metrics.mae, report.projectClock];
  };
  assert.deepEqual(await ask([]), [6, 1, 1, null]);
  // What closes a group says nothing of another; what closes the project says it of all.
  assert.deepEqual(await ask([closing('south', 12)]), [6, 3, 3, null]);
  assert.deepEqual(await ask([closing('south', 12), closing('', 11)]), [6, 3, 3, 11]);
  assert.deepEqual(await ask([closing('', 13)]), [6, 6, 3.5, 13]);
});

test('a later row of a series closes its earlier periods; a file closes its range for the series it holds', async () => {
  const store = new Memory();
  store.closings = [];
  store.predict(10, [4, 4, 4]);
  store.predict(10, [4, 4, 4], { seriesId: 'b' });
  store.observe(9, 1, { seriesId: 'b' });
  store.observe(12, 5);
  const labels = async (): Promise<number> =>
    (await monitorOf(store, 14).accuracy(project({ gaps: 'zero' }))).overall.labelsJoined;
  assert.equal(await labels(), 2);
  // One that lies past the steps of the forecast counts too.
  store.predict(10, [4], { seriesId: 'c' });
  store.observe(13, 5, { seriesId: 'c' });
  assert.equal(await labels(), 3);
  store.files = [{ seq: 1, closesThrough: 12, openFrom: null }];
  assert.equal(await labels(), 5);
});

test('a row that was refused leaves its label unknown, not zero', async () => {
  const store = new Memory();
  store.predict(10, [4, 4]);
  store.observe(11, Number.NaN, { status: ObservationStatus.refused });
  store.observe(12, 5);
  const { overall } = await monitorOf(store).accuracy(project({ gaps: 'zero' }));
  assert.deepEqual([overall.labelsDue, overall.labelsJoined, overall.metrics.mae], [2, 1, 1]);
});

test('labels are due by the project clock, not by the newest row of any series', async () => {
  const store = new Memory();
  store.predict(10, [4, 4, 4]);
  store.observe(900, 5, { seriesId: 'b' });
  store.closings = [closing('', 11)];
  const grid = { frequency: 'step', weekStart: 1 } as const;
  const report = await monitorOf(store, 20).accuracy(project({ gaps: 'zero', grid }));
  assert.deepEqual([report.overall.labelsDue, report.overall.labelsJoined], [1, 1]);
  assert.deepEqual([report.latestPeriod, report.projectClock], [900, 11]);
});

test('leaves stock-outs out of the errors and counts them', async () => {
  const store = new Memory();
  store.predict(10, [4, 4, 4]);
  store.observe(11, Number.NaN, { status: ObservationStatus.stockout });
  store.observe(12, 3);
  const { overall } = await monitorOf(store).accuracy(project());
  assert.deepEqual([overall.labelsDue, overall.labelsJoined, overall.labelsCensored], [1, 1, 1]);
  assert.equal(overall.metrics.mae, 1);
});

test('a correction restates the figure', async () => {
  const store = new Memory();
  const monitor = monitorOf(store);
  store.predict(10, [4]);
  store.observe(11, 4);
  assert.equal((await monitor.accuracy(project())).overall.metrics.mae, 0);
  store.observe(11, 9);
  assert.equal((await monitor.accuracy(project())).overall.metrics.mae, 5);
});

test('by series and version it says what was added over seasonal naive, and on how many labels', async () => {
  const store = new Memory();
  for (const seriesId of ['a', 'b']) {
    store.predict(10, [10, 20], { seriesId });
    store.observe(11, 12, { seriesId });
    store.observe(12, 15, { seriesId });
  }
  store.observe(9, 22);
  store.observe(10, 20);
  const ask = async (groupBy: 'series' | 'version') =>
    Object.fromEntries(
      ((await monitorOf(store).accuracy(project(), { groupBy })).groups ?? []).map((group) => [
        group.key,
        group.valueAdded,
      ]),
    );
  // By hand: errors of 2 and 5; seasonal naive repeats 22 and 20, errors of 10 and 5. Of b no season is known.
  const added = { n: 2, value: 1 - 7 / 15 };
  assert.deepEqual(await ask('series'), { a: added, b: { n: 0, value: null } });
  assert.deepEqual(await ask('version'), { ver_1: added });
});

test("answers of the baseline are a figure of their own, never part of a version's", async () => {
  const store = new Memory();
  for (const period of [9, 10]) store.observe(period, 10);
  store.predict(10, [12]);
  store.predict(10, [110], { seriesId: 'b', source: 'baseline' });
  store.observe(11, 10);
  store.observe(11, 10, { seriesId: 'b' });
  const report = await monitorOf(store).accuracy(project(), { groupBy: 'version' });
  assert.deepEqual([report.predictions, report.overall.metrics.n, report.overall.metrics.mae], [1, 1, 2]);
  assert.deepEqual([report.byHorizon[0]?.metrics.n, report.baseline.predictions.n], [1, 1]);
  assert.deepEqual([report.fallback?.predictions, report.fallback?.metrics.mae], [1, 100]);
  assert.deepEqual(report.groups?.map((group) => [group.key, group.metrics.n]).sort(), [
    ['baseline', 1],
    ['ver_1', 1],
  ]);
  const mine = await monitorOf(new Memory()).accuracy(project());
  assert.equal(mine.fallback, null);
});

test('by arm, by a part of the name and by an attribute, unknown ones among them', async () => {
  const store = new Memory();
  const columns = { time: 'day', series: ['store', 'item'], target: 'sold', static: ['region'] };
  const errors: readonly (readonly [seriesId: string, arm: string, error: number])[] = [
    ['north/tape', 'champion', 1],
    ['north/glue', 'canary', 2],
    ['south/tape', 'champion', 4],
  ];
  for (const [seriesId, arm, error] of errors) {
    store.predict(10, [10 + error], { seriesId, arm });
    store.observe(11, 10, { seriesId });
  }
  store.attributes = [
    { seriesId: 'north/glue', attributes: { region: 'N' }, batchSeq: 1 },
    { seriesId: 'south/tape', attributes: { region: 'S', colour: 'red' }, batchSeq: 1 },
  ];
  const ask = async (query: AccuracyQuery) =>
    Object.fromEntries(
      ((await monitorOf(store).accuracy(project({ columns }), query)).groups ?? []).map((group) => [
        String(group.key),
        group.metrics.mae,
      ]),
    );
  assert.deepEqual(await ask({ groupBy: 'arm' }), { champion: 2.5, canary: 2 });
  assert.deepEqual(await ask({ column: 'store' }), { north: 1.5, south: 4 });
  assert.deepEqual(await ask({ column: 'item' }), { tape: 2.5, glue: 2 });
  assert.deepEqual(await ask({ column: 'region' }), { N: 2, S: 4, null: 1 });
  await assert.rejects(ask({ column: 'colour' }), {
    code: 'monitor/unknown-column',
    message: /store, item, region/,
  });
});

test("the tracking signal is the sum of the first steps' errors in units of their mean size", async () => {
  const store = new Memory();
  // First steps are missed by 3, 1 and −2; second ones, by a lot, do not count.
  for (const [cutoff, error] of [
    [10, 3],
    [11, 1],
    [12, -2],
  ] as const)
    store.predict(cutoff, [10 + error, 99]);
  for (const period of [11, 12, 13, 14]) store.observe(period, 10);
  const { groups } = await monitorOf(store).accuracy(project(), { groupBy: 'series' });
  assert.deepEqual(
    groups?.map(({ tracking }) => tracking),
    [{ n: 3, value: 1 }],
  );
});

test('a forecast asked for twice counts once, and a longer one adds its new steps', async () => {
  const store = new Memory();
  store.predict(10, [4]);
  store.predict(10, [4, 6]);
  store.predict(10, [4], { versionId: 'ver_2' });
  store.observe(11, 5);
  store.observe(12, 5);
  const report = await monitorOf(store).accuracy(project(), { groupBy: 'version' });
  assert.deepEqual([report.predictions, report.predictionsRepeated, report.overall.labelsDue], [2, 1, 3]);
  assert.deepEqual(
    report.groups?.map((group) => [group.key, group.metrics.n]),
    [
      ['ver_1', 2],
      ['ver_2', 1],
    ],
  );
});

test('looks only at target periods in the window', async () => {
  const store = new Memory();
  for (let cutoff = 1; cutoff <= 20; cutoff++) {
    store.predict(cutoff, [1, 2, 3]);
    store.observe(cutoff, 0);
  }
  const report = await monitorOf(store).accuracy(project(), { fromPeriod: 10, toPeriod: 12 });
  assert.equal(report.overall.labelsDue, 9);
  assert.deepEqual([report.window?.fromPeriod, report.window?.toPeriod], [10, 12]);
  await assert.rejects(monitorOf(store).accuracy(project(), { fromPeriod: 3, toPeriod: 2 }), {
    code: 'monitor/invalid-window',
  });
});

test('a day is due when it is over where the project is', async () => {
  const store = new Memory();
  store.observe(10, 9);
  store.predict(10, [10, 20, 30]);
  // Day 11 ends in Tokyo nine hours before it ends in UTC; day 12 in Los Angeles eight hours after.
  const dueAt = async (nowPeriod: number, timezone: string): Promise<number> =>
    (await monitorOf(store, nowPeriod).accuracy(project({ timezone }))).overall.labelsDue;
  assert.equal(await dueAt(11.7, 'UTC'), 0);
  assert.equal(await dueAt(11.7, 'Asia/Tokyo'), 1);
  assert.equal(await dueAt(13.2, 'UTC'), 2);
  assert.equal(await dueAt(13.2, 'America/Los_Angeles'), 1);
});

test('answers before anything is known', async () => {
  const report = await monitorOf(new Memory()).accuracy(project());
  assert.equal(report.window, null);
  assert.equal(report.latestPeriod, null);
  assert.equal(report.overall.labelCoverage, null);
});

test('many predictions in pages give the figure of a plain sum over all of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(40), fc.nat(3), fc.integer({ min: 0, max: 50 })), { maxLength: 1500 }),
      async (plan) => {
        const store = new Memory();
        for (let period = 1; period <= 42; period++)
          for (let s = 0; s < 4; s++) store.observe(period, (period * 7 + s) % 11, { seriesId: `s${s}` });
        const seen = new Set<string>();
        let absolute = 0;
        let demand = 0;
        for (const [cutoff, series, mean] of plan) {
          store.predict(cutoff, [mean, mean], { seriesId: `s${series}` });
          const key = `${cutoff} ${series}`;
          if (seen.has(key)) continue;
          seen.add(key);
          for (const period of [cutoff + 1, cutoff + 2]) {
            absolute += Math.abs(mean - ((period * 7 + series) % 11));
            demand += (period * 7 + series) % 11;
          }
        }
        const report: AccuracyReport = await monitorOf(store).accuracy(project());
        assert.equal(report.overall.metrics.n, seen.size * 2);
        if (demand > 0) near(report.overall.metrics.wape, absolute / demand);
      },
    ),
    { numRuns: 20 },
  );
});

test('steps that are no predictions are joined with their labels once due, whether rows are in the tail or sealed', async () => {
  const store = new Memory();
  for (let period = 1; period <= 5; period++) store.observe(period, 10 * period);
  store.observe(6, 0, { status: ObservationStatus.stockout });
  const sealed = store.rows.splice(0, 4);
  const monitor = new AccuracyMonitor({
    store,
    past: async (_project, range, series) => {
      assert.deepEqual(series, ['a', 'b']);
      return pastOf(sealed, range);
    },
    clock: new ManualClock(0),
    breathe: () => Promise.resolve(),
  });
  async function* pages() {
    const step = (seriesId: string, period: number) => ({ seriesId, period, cutoff: period - 1 });
    yield [step('a', 1), step('a', 3), step('b', 3), step('a', 5), step('a', 6), step('a', 7)];
  }
  const found: unknown[] = [];
  for await (const page of monitor.labelled(project(), pages()))
    for (const { step, label, naive } of page) found.push([step.seriesId, step.period, label, naive]);
  // Seasonal naive repeats what came two periods before; period 7 is not due, nothing is known of b.
  assert.deepEqual(found, [
    ['a', 1, 10, undefined],
    ['a', 3, 30, 10],
    ['b', 3, 'unknown', undefined],
    ['a', 5, 50, 30],
    ['a', 6, 'censored', 40],
  ]);
});
