// What serving follows beside demand: cell by cell what rows said, and the features of an advanced state those of a panel that
// ends at the cutoff.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { projectLike } from '../../../test/fixtures/project.ts';
import {
  ClosedPeriods,
  type CovariateValues,
  ObservationStatus,
  type Panel,
  Rng,
  wholeProject,
} from '../../core/index.ts';
import { planFeatures, windowOf } from '../../forecasting/features/index.ts';
import {
  compareSamples,
  featureSample,
  type GlobalParts,
  globalCatalog,
  globalModel,
} from '../../forecasting/models/index.ts';
import type { TailRow } from '../../storage/ports/index.ts';
import { buildPanel, type ExtraColumn } from '../data/index.ts';
import { learntCovariates } from './from-forecaster.ts';
import { SeriesCovariates } from './series-covariates.ts';

const grid = { frequency: 'day', weekStart: 1 } as const;
const columns = {
  series: ['item'],
  time: 'date',
  target: 'units',
  known: ['price', 'promotion', 'event', 'display'],
  past: ['visitors', 'weather'],
  categories: ['event', 'display', 'weather'],
};
const project = projectLike({ columns });
const holidayAt = (): null => null;

function rowOf(of: {
  seriesId?: string;
  period: number;
  value?: number;
  batchSeq: number;
  covariates?: CovariateValues;
}): TailRow {
  const { seriesId = 'a', value = Number.NaN } = of;
  const status = Number.isNaN(value) ? ObservationStatus.plan : ObservationStatus.observed;
  return { ...of, seriesId, value, status, knownAt: 0 };
}

test('what is held is what the rows say, whatever their order, and the past is let go', () => {
  const said = fc.record({
    period: fc.integer({ min: -100, max: 200 }),
    price: fc.option(fc.integer({ min: 1, max: 9 })),
    event: fc.option(fc.integer({ min: 1, max: 9 })),
    cutoff: fc.integer({ min: -30, max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 40 }), (steps) => {
      const held = new SeriesCovariates({ project, periodMax: -40, holidayAt });
      const prices = new Map<number, number>();
      const events = new Map<number, string>();
      let cutoff = -40;
      for (const [i, { period, price, event, ...step }] of steps.entries()) {
        cutoff = Math.max(cutoff, step.cutoff);
        const covariates = {
          ...(price === null ? {} : { price }),
          ...(event === null ? {} : { event: `e${event}` }),
        };
        held.observe(rowOf({ period, batchSeq: i + 1, covariates }), cutoff);
        if (price !== null) prices.set(period, price);
        if (event !== null) events.set(period, `e${event}`);
        for (let at = Math.max(-100, cutoff - 60) + 1; at < 210; at++) {
          assert.equal(held.at('a', 0, at), prices.get(at) ?? null);
          assert.equal(held.at('a', 2, at), events.get(at) ?? null);
        }
        assert.equal(held.at('a', 0, -101), null);
      }
    }),
    { numRuns: 50 },
  );
});

test('series beyond the limit, and columns that nobody has, are not held', () => {
  const held = new SeriesCovariates({ project, periodMax: 0, holidayAt, seriesMax: 1 });
  for (const seriesId of ['a', 'b'])
    held.observe(rowOf({ seriesId, period: 3, batchSeq: 1, covariates: { price: 2, colour: 'red' } }), 1);
  assert.deepEqual([held.at('a', 0, 3), held.at('b', 0, 3), held.at('a', -1, 3)], [2, null, null]);
  held.observe(rowOf({ period: 2000, batchSeq: 2, covariates: { price: 2 } }), 1);
  assert.equal(held.at('a', 0, 2000), null);
});

test('what all series share holds for one without a row, and a change of it is told', () => {
  const learnt = {
    columns: [{ name: 'event', role: 'known', fill: 'shared' }],
    historyPeriods: 30,
    at: () => 'planned',
  } as const;
  const held = new SeriesCovariates({ project, periodMax: 0, learnt, holidayAt });
  const say = (seriesId: string, event: string, batchSeq: number): void =>
    held.observe(rowOf({ seriesId, period: 3, batchSeq, covariates: { event } }), 2);
  say('a', 'fair', 1);
  assert.deepEqual([held.at('b', 2, 3), held.at('b', 2, 4), held.sharedChanges], ['fair', null, 1]);
  say('b', 'fair', 2);
  assert.equal(held.sharedChanges, 1);
  say('a', 'none', 3);
  assert.deepEqual([held.at('c', 2, 3), held.sharedChanges], ['none', 2]);
  // Where no row says anything, what training knew stays: null replaces nothing.
  const of = { series: 0, lastPeriod: 0, origin: 4 };
  assert.deepEqual(held.since('c', of), { event: [null, null, 'none', null] });
  assert.deepEqual(held.since('b', of), { event: [null, null, 'fair', null] });
});

const ids = ['a', 'b', 'c', 'd'];
const learntTo = 90;
const horizon = 7;

/** What one row says: price and display of the series, a promotion, the event of the period, what is known afterwards. */
function randomRow(rng: Rng, of: { s: number; period: number; isPlan: boolean; batchSeq: number }): TailRow {
  const { s, period, isPlan, batchSeq } = of;
  const some = <T>(value: T, share: number): T | undefined => (rng.uniform() < share ? value : undefined);
  const said = {
    price: some(10 ** s * (1 + rng.below(20) / 30), 0.8),
    promotion: some(rng.below(2), 0.9),
    event: period % 9 === 0 ? `fair ${(period / 9) % 2}` : 'none',
    display: some(`place ${rng.below(3)}`, 0.8),
    visitors: isPlan ? undefined : some(100 * rng.uniform(), 0.8),
    weather: isPlan ? undefined : some(['sun', 'rain'][rng.below(2)], 0.8),
  };
  const covariates = Object.fromEntries(
    Object.entries(said).filter((cell): cell is [string, number | string] => cell[1] !== undefined),
  );
  const value = isPlan ? Number.NaN : rng.below(30);
  return rowOf({ seriesId: ids[s] as string, period, value, batchSeq, covariates });
}

/** What was counted in a period before the snapshot, known after it. */
function lateRow(rng: Rng, rows: readonly TailRow[], of: { seriesId: string; batchSeq: number }): TailRow {
  const old = rows.filter(
    (row) =>
      row.batchSeq === 1 && row.seriesId === of.seriesId && row.value >= 0 && row.period > learntTo - 50,
  );
  const { period } = old[rng.below(old.length)] ?? assert.fail();
  return rowOf({ ...of, period, covariates: { visitors: rng.below(1000) } });
}

/** Rows up to the snapshot in batch 1, with plans past it; then days with gaps, late plans, corrections and late counts. */
function randomRows(rng: Rng, days: number): TailRow[] {
  const rows: TailRow[] = [];
  const add = (s: number, period: number, batchSeq: number, isPlan = false): void => {
    rows.push(randomRow(rng, { s, period, isPlan, batchSeq }));
  };
  for (let s = 0; s < ids.length; s++) {
    for (let period = 0; period <= learntTo; period++)
      if (period === 0 || (period === learntTo && s === 0) || rng.uniform() < 0.8) add(s, period, 1);
    for (let ahead = 1; ahead <= 10; ahead++) if (rng.uniform() < 0.5) add(s, learntTo + ahead, 1, true);
  }
  for (let day = 1; day <= days; day++)
    for (let s = 0; s < ids.length; s++) {
      if (s === 0 || rng.uniform() < 0.7) add(s, learntTo + day, day + 1);
      if (rng.uniform() < 0.5) add(s, learntTo + day + 1 + rng.below(horizon), day + 1, true);
      if (day > 1 && rng.uniform() < 0.3) add(s, learntTo + 1 + rng.below(day - 1), day + 1);
      if (rng.uniform() < 0.2)
        rows.push(lateRow(rng, rows, { seriesId: ids[s] as string, batchSeq: day + 1 }));
      if (rng.uniform() < 0.1)
        rows.push({
          ...rowOf({
            seriesId: ids[s] as string,
            period: learntTo + 1 + rng.below(day + 1),
            batchSeq: day + 1,
          }),
          status: ObservationStatus.refused,
        });
    }
  return rows;
}

/** What counts of two rows for one period: demand before a row that was refused, that before a plan; the later of two alike. */
function weightOf({ status }: TailRow): number {
  if (status === ObservationStatus.plan) return 0;
  return status === ObservationStatus.refused ? 1 : 2;
}

/** As training reads rows: demand by the latest batch that has any, each column by the latest that knows it. */
function panelOf(rows: readonly TailRow[], cutoffs: readonly number[]): Panel {
  const merged = ids.map((id) => {
    const own = new Map<number, TailRow>();
    for (const row of rows) {
      if (row.seriesId !== id) continue;
      const old = own.get(row.period);
      const demand = old !== undefined && weightOf(row) < weightOf(old) ? old : row;
      own.set(row.period, { ...demand, covariates: { ...old?.covariates, ...row.covariates } });
    }
    return [...own.values()].sort((a, b) => a.period - b.period);
  });
  const flat = merged.flat();
  const extra = (name: string, role: 'known' | 'past'): ExtraColumn => {
    const cells = flat.map((row) => row.covariates?.[name]);
    if (!columns.categories.includes(name))
      return { name, role, kind: 'number', values: Float32Array.from(cells, (cell) => Number(cell)) };
    const labels = [...new Set(cells.filter((cell) => typeof cell === 'string'))].sort();
    return {
      name,
      role,
      kind: 'text',
      labels,
      codes: Int32Array.from(cells, (cell) => labels.indexOf(String(cell))),
    };
  };
  return buildPanel(
    {
      grid,
      seriesIds: ids,
      offsets: Int32Array.from([0, ...merged.map((_, s) => merged.slice(0, s + 1).flat().length)]),
      periods: Int32Array.from(flat, ({ period }) => period),
      values: Float64Array.from(flat, ({ value }) => value),
      status: Uint8Array.from(flat, ({ status }) => status),
      extras: [
        ...columns.known.map((name) => extra(name, 'known')),
        ...columns.past.map((name) => extra(name, 'past')),
      ],
    },
    { gaps: 'zero', closedThrough: cutoffs },
  ).panel;
}

/**
 * Features of every series as served at its cutoff, beside those of a panel that ends there: pairs of samples.
 * @param through the period that is closed for all
 */
function compared(
  rows: readonly TailRow[],
  through: number,
): { parts: GlobalParts; pairs: Float64Array[][] } {
  const closed = new ClosedPeriods(project);
  for (const id of ids) closed.observe(id, learntTo);
  const cutoffsNow = (): number[] => ids.map((id) => closed.closedThrough(id));
  const before = panelOf(
    rows.filter(({ batchSeq }) => batchSeq <= 1),
    cutoffsNow(),
  );
  const plan = planFeatures(before, { horizon, seasons: [7], nonNegative: true });
  const parts = { plan, covariates: before.covariates } as GlobalParts;
  const model = globalModel(globalCatalog[0] as (typeof globalCatalog)[number], parts);
  const held = new SeriesCovariates({
    project,
    periodMax: learntTo,
    learnt: learntCovariates(parts),
    holidayAt,
  });
  for (const row of rows) {
    if (row.batchSeq === 1 && row.status !== ObservationStatus.plan) continue;
    if (weightOf(row) === 2) closed.observe(row.seriesId, row.period);
    held.observe(row, closed.closedThrough(row.seriesId));
  }
  closed.close({ group: wholeProject, through });
  const now = panelOf(rows, cutoffsNow());
  const pairs = ids.map((id, series) => {
    const cutoff = closed.closedThrough(id);
    const learnt = before.series[series]?.values ?? assert.fail();
    const values = now.series[series]?.values ?? assert.fail();
    const state = model.fit(learnt, { seasons: [7], horizon, series, start: 0 });
    for (const value of values.subarray(learnt.length)) model.update(state, value);
    const ahead = (name: string): (number | string | null)[] =>
      Array.from({ length: horizon }, (_, k) => held.at(id, columns.known.indexOf(name), cutoff + 1 + k));
    const future = Object.fromEntries(columns.known.map((name) => [name, ahead(name)]));
    const since = held.since(id, { series, lastPeriod: learntTo, origin: cutoff });
    const served = model.features?.(state, { future, since }) ?? assert.fail();
    return [served, featureSample({ ...parts }, windowOf(now, { series, origin: cutoff }))];
  });
  return { parts, pairs };
}

test('features of an advanced state are those of a panel that ends at the cutoff, bit for bit', () => {
  const days = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), days, fc.nat({ max: 41 }), (seed, count, open) => {
      const { parts, pairs } = compared(randomRows(new Rng(seed), count), learntTo + count - open);
      const kinds = parts.plan.varying.map(({ name, kind }) => `${name} ${kind}`);
      assert.deepEqual(kinds.sort(), [
        'display category',
        'event category',
        'price price',
        'promotion flag',
        'visitors number',
        'weather category',
      ]);
      assert.deepEqual(
        parts.covariates?.varying.map(({ fill }) => fill),
        ['last', undefined, 'shared', undefined, undefined, undefined],
      );
      for (const [served, trained] of pairs)
        assert.deepEqual(compareSamples(parts, served ?? assert.fail(), trained ?? assert.fail()), {
          features: true,
          demand: true,
        });
    }),
    { numRuns: 40 },
  );
});
