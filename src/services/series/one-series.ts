// One series with all that is known of it: history, what is served now, what earlier forecasts said, what is planned.

import {
  AppError,
  type CovariateValues,
  foldedSeriesId,
  ObservationStatus,
  type Project,
} from '../../core/index.ts';
import type {
  HistoryStore,
  PredictionRecord,
  PredictionStore,
  VersionRecord,
} from '../../storage/ports/index.ts';
import { type DataService, holidayName, type KnownPeriod } from '../data/index.ts';
import type { Registry } from '../registry/index.ts';
import type { HolidaySource, Preview, Serving } from '../serving/index.ts';
import { rowOf, type SeriesRow } from './list-series.ts';
import type { SeriesCatalog } from './series-catalog.ts';
import type { PeriodRange } from './series-table.ts';
import { valuePeriods } from './windows.ts';

export interface OneSeriesOptions {
  readonly catalog: SeriesCatalog;
  readonly store: Pick<PredictionStore, 'scanPredictions'> &
    Pick<HistoryStore, 'projectClock' | 'historyTotals'>;
  readonly data: Pick<DataService, 'seriesHistory'>;
  readonly serving: Pick<Serving, 'project' | 'preview'>;
  readonly registry: Pick<Registry, 'list' | 'aliases'>;
  readonly holidays: HolidaySource;
}

/** Periods of one answer at most, and those of one that names none. */
const periodsMax = 3000;
const periodsDefaultMax = 800;
/** Forecasts of one answer at most, newest first, and how many steps they may come to. */
const earlierMax = 200;
const earlierStepsMax = 20_000;
const predictionPage = 500;

/** One period of the history, whether or not a row speaks of it. */
export interface HistoryPeriod {
  readonly period: number;
  /** Demand; NaN = unknown. */
  readonly value: number;
  /** Undefined = no row speaks of its demand. */
  readonly status: ObservationStatus | undefined;
  readonly covariates: CovariateValues | undefined;
}

export interface OneSeries {
  readonly series: string;
  /** Undefined while the list has not taken it in. */
  readonly row: SeriesRow | undefined;
  readonly window: PeriodRange;
  /** Of every period of the window. */
  readonly history: readonly HistoryPeriod[];
  /** What would be answered now; or why nothing would. */
  readonly now: Preview | { readonly reason: string };
  /** What rows say of the steps ahead. */
  readonly planned: readonly KnownPeriod[];
  readonly holidays: readonly { readonly period: number; readonly name: string }[];
  /** Newest first; one for each version and cutoff. */
  readonly earlier: readonly PredictionRecord[];
  /** Demand of a period that a forecast was for; NaN = unknown. */
  readonly actualOf: (period: number) => number;
  readonly versions: readonly VersionRecord[];
  readonly aliases: readonly { readonly alias: string; readonly versionId: string }[];
}

/**
 * All of one series in a range of periods; by default the last year up to the newest period.
 * @throws AppError `serving/unknown-series`, `series/invalid-window`
 * Cost: O(periods + forecasts of it), and a task of the engine where some of the periods are sealed.
 */
export async function oneSeries(
  options: OneSeriesOptions,
  project: Project,
  of: { readonly series: string; readonly from?: number | undefined; readonly to?: number | undefined },
): Promise<OneSeries> {
  const { catalog, data, registry } = options;
  const seriesId = foldedSeriesId(of.series, project);
  const row = rowOf(await catalog.table(project), seriesId);
  const now = nowOf(options, project, seriesId);
  const served = options.serving.project(project.name).serves;
  if (row === undefined && served?.knows(seriesId) !== true) throw unknownSeries(project, seriesId);
  const cutoff = served?.cutoffOf(seriesId) ?? Number.NEGATIVE_INFINITY;
  const window = await windowOf(options, project, { ...of, row, cutoff });
  const ahead = Number.isFinite(cutoff) ? cutoff + project.horizonSteps : window.to;
  const known = await data.seriesHistory(project, {
    seriesId,
    from: window.from,
    to: Math.max(window.to, ahead),
  });
  const earlier = await earlierOf(options, project, { seriesId, window });
  const past =
    earlier.length === 0 ? known : await labelsOf(options, project, { seriesId, window, known, earlier });
  const actualOf = actuals(project, past, { first: row?.table.first[row.place] ?? Number.NaN, cutoff });
  return {
    series: seriesId,
    row,
    window,
    history: historyOf(window, known, actualOf),
    now,
    planned: known.filter(({ period }) => period > cutoff && period <= ahead),
    holidays: holidaysOf(options.holidays, project, { from: window.from, to: Math.max(window.to, ahead) }),
    earlier,
    actualOf,
    versions: await versionsOf(registry, project, { earlier, now }),
    aliases: await registry.aliases(project.name),
  };
}

function unknownSeries(project: Project, seriesId: string): AppError {
  const shown = seriesId.slice(0, 100);
  return new AppError(
    'serving/unknown-series',
    `nothing is known of series "${shown}" in project "${project.name}": send observations of it first`,
    { details: { series: [shown], count: 1 } },
  );
}

/** What cannot be forecast may still have a history worth a look. */
function nowOf({ serving }: OneSeriesOptions, project: Project, seriesId: string): OneSeries['now'] {
  try {
    return serving.preview(project.name, { series: [seriesId] });
  } catch (error) {
    if (error instanceof AppError) return { reason: error.message };
    throw error;
  }
}

async function windowOf(
  { store }: OneSeriesOptions,
  project: Project,
  of: {
    readonly from?: number | undefined;
    readonly to?: number | undefined;
    readonly row: SeriesRow | undefined;
    readonly cutoff: number;
  },
): Promise<PeriodRange> {
  const newest = of.row?.table.newest[of.row.place] ?? Number.NaN;
  const clock = (await store.projectClock(project.name)) ?? Number.NEGATIVE_INFINITY;
  const end = Math.max(Number.isNaN(newest) ? Number.NEGATIVE_INFINITY : newest, of.cutoff, clock);
  const { periodMax } = await store.historyTotals(project.name);
  const to = of.to ?? (Number.isFinite(end) ? end : (periodMax ?? of.from ?? 0));
  const from = of.from ?? to - Math.min(periodsDefaultMax, valuePeriods(project)) + 1;
  if (from > to)
    throw new AppError('series/invalid-window', 'the periods asked for are reversed: `from` is after `to`');
  if (to - from + 1 > periodsMax)
    throw new AppError(
      'series/invalid-window',
      `${to - from + 1} periods are more than the ${periodsMax} of one answer: ask for parts of them`,
      { details: { periodsMax } },
    );
  return { from, to };
}

/** Forecasts of periods of the window and of those to come: the newest of them. */
async function earlierOf(
  { store }: OneSeriesOptions,
  project: Project,
  { seriesId, window }: { readonly seriesId: string; readonly window: PeriodRange },
): Promise<PredictionRecord[]> {
  const found = new Map<string, PredictionRecord>();
  let after: { cutoff: number; id: string } | undefined;
  for (;;) {
    const page = await store.scanPredictions(project.name, {
      cutoffMin: window.from - project.horizonSteps,
      cutoffMax: window.to,
      seriesId,
      purpose: 'served',
      limit: predictionPage,
      ...(after === undefined ? {} : { after }),
    });
    for (const record of page) {
      const key = `${record.versionId} ${record.cutoff}`;
      // The first answer of a version is the one that is graded; a longer one says more.
      if ((found.get(key)?.mean.length ?? 0) < record.mean.length) found.set(key, record);
      if (found.size > 2 * earlierMax) found.delete(found.keys().next().value as string);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < predictionPage) break;
    after = { cutoff: last.cutoff, id: last.id };
  }
  const newest = [...found.values()].sort((a, b) => b.cutoff - a.cutoff || b.madeAt - a.madeAt);
  let steps = 0;
  return newest.slice(0, earlierMax).filter(({ mean }) => {
    steps += mean.length;
    return steps <= earlierStepsMax;
  });
}

/** The periods that the forecasts shown were for, beyond those already read. */
async function labelsOf(
  { data }: OneSeriesOptions,
  project: Project,
  of: {
    readonly seriesId: string;
    readonly window: PeriodRange;
    readonly known: readonly KnownPeriod[];
    readonly earlier: readonly PredictionRecord[];
  },
): Promise<readonly KnownPeriod[]> {
  const { seriesId, window, known, earlier } = of;
  const first = Math.min(...earlier.map(({ cutoff }) => cutoff)) + 1;
  if (first >= window.from) return known;
  return [...(await data.seriesHistory(project, { seriesId, from: first, to: window.from - 1 })), ...known];
}

/** Demand by period: what rows say, and zero where the gap rule says so of a period that is over. */
function actuals(
  project: Project,
  known: readonly KnownPeriod[],
  { first, cutoff }: { readonly first: number; readonly cutoff: number },
): (period: number) => number {
  const byPeriod = new Map(known.map((one) => [one.period, one]));
  return (period) => {
    const row = byPeriod.get(period);
    if (row !== undefined && row.status !== ObservationStatus.plan)
      return row.status === ObservationStatus.observed ? row.value : Number.NaN;
    return project.gaps === 'zero' && period >= first && period <= cutoff ? 0 : Number.NaN;
  };
}

function historyOf(
  { from, to }: PeriodRange,
  known: readonly KnownPeriod[],
  actualOf: (period: number) => number,
): HistoryPeriod[] {
  const byPeriod = new Map(known.map((one) => [one.period, one]));
  return Array.from({ length: to - from + 1 }, (_, i): HistoryPeriod => {
    const period = from + i;
    const row = byPeriod.get(period);
    const says = row !== undefined && row.status !== ObservationStatus.plan;
    return {
      period,
      value: row?.status === ObservationStatus.stockout ? row.value : actualOf(period),
      status: says ? row.status : undefined,
      covariates: row?.covariates,
    };
  });
}

function holidaysOf(
  source: HolidaySource,
  project: Project,
  range: PeriodRange,
): { period: number; name: string }[] {
  const column = source(project, range);
  if (column === null || column.name !== holidayName) return [];
  // The first of the names is that of a day without one.
  return Array.from(column.codes, (code, i) => ({ period: column.begin + i, code })).flatMap(
    ({ period, code }) => (code > 0 ? [{ period, name: column.labels[code] as string }] : []),
  );
}

async function versionsOf(
  registry: OneSeriesOptions['registry'],
  project: Project,
  { earlier, now }: Pick<OneSeries, 'earlier' | 'now'>,
): Promise<VersionRecord[]> {
  const ids = new Set(earlier.map(({ versionId }) => versionId));
  if ('served' in now && now.served.version !== null) ids.add(now.served.version.id);
  if (ids.size === 0) return [];
  return (await registry.list(project.name, versionsRead)).filter(({ id }) => ids.has(id));
}

/** Newest first: forecasts of older ones are rarely kept. */
const versionsRead = 200;
