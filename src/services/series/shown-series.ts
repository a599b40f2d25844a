// Series as they are shown: numbers by name, periods as people write them, null for what is not known.

import type {
  EarlierForecast,
  ListedSeries,
  SeriesDetail,
  SeriesExceptions,
  SeriesList,
  SeriesPeriod,
} from '../../core/index.ts';
import { ObservationStatus, type Project, periodLabel } from '../../core/index.ts';
import { stepOverride } from '../serving/index.ts';
import type { Exceptions } from './exceptions.ts';
import type { SeriesRow } from './list-series.ts';
import type { OneSeries } from './one-series.ts';
import { type SeriesState, type SeriesTable, seriesStates } from './series-table.ts';

/** The list: the rows of a page of a table. */
export function shownList(
  table: SeriesTable,
  page: { readonly places: readonly number[]; readonly matched: number; readonly next: string | null },
): SeriesList {
  return {
    asOf: asOf(table),
    ...basesOf(table),
    total: table.ids.length,
    matched: page.matched,
    items: page.places.map((place) => shownSeries({ table, place })),
    next: page.next,
  };
}

export function asOf({ at, batchSeq, version }: SeriesTable): SeriesList['asOf'] {
  return { at: new Date(at).toISOString(), batchSeq, version: version?.number ?? null };
}

/** Which series need a person. */
export function shownExceptions({ table, items, counts }: Exceptions): SeriesExceptions {
  const { grid } = table.project;
  return {
    asOf: asOf(table),
    ...basesOf(table),
    ahead: table.ahead && {
      from: periodLabel(grid, table.ahead.range.from),
      to: periodLabel(grid, table.ahead.range.to),
    },
    counts: { ...counts },
    items: items.map(({ kind, amount, because, place }) => ({
      kind,
      amount,
      because,
      series: shownSeries({ table, place }),
    })),
  };
}

export function basesOf({
  project: { grid },
  window,
  price,
  graded,
  ungraded,
}: SeriesTable): Pick<SeriesList, 'value' | 'accuracy'> {
  return {
    value: window && {
      column: price?.name ?? null,
      from: periodLabel(grid, window.from),
      to: periodLabel(grid, window.to),
    },
    accuracy: graded && {
      from: periodLabel(grid, graded.from),
      to: periodLabel(grid, graded.to),
      seriesOmitted: ungraded,
    },
  };
}

export function shownSeries({ table, place }: SeriesRow): ListedSeries {
  const { grid } = table.project;
  const error = table.errors[place];
  const amount = numberOf(table.amounts[place]);
  const label = (period: number | undefined): string | null =>
    period === undefined || Number.isNaN(period) ? null : periodLabel(grid, period);
  return {
    series: table.ids[place] as string,
    attributes: { ...table.attributes[place] },
    state: seriesStates[table.states[place] as number] as SeriesState,
    firstAt: label(table.first[place]),
    newestAt: label(table.newest[place]),
    classes: { abc: table.abc[place] ?? null, xyz: table.xyz[place] ?? null },
    value: {
      n: numberOf(table.periods[place]) ?? 0,
      units: numberOf(table.units[place]) ?? 0,
      price: numberOf(table.prices[place]),
      amount,
      share: amount === null || !(table.amount > 0) ? null : amount / table.amount,
      variation: numberOf(table.variations[place]),
    },
    error:
      error === undefined || error.labelsDue === 0
        ? null
        : {
            n: error.n,
            labelsDue: error.labelsDue,
            absolute: error.absolute,
            mae: error.n > 0 ? error.absolute / error.n : null,
            wape: error.demand > 0 ? error.absolute / error.demand : null,
            bias: error.demand > 0 ? error.signed / error.demand : null,
            amount: numberOf(table.errorAmounts[place]),
          },
    valueAdded: error?.valueAdded ?? { n: 0, value: null },
  };
}

function numberOf(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

const statusNames: Readonly<Record<number, SeriesPeriod['status']>> = {
  [ObservationStatus.observed]: 'observed',
  [ObservationStatus.missing]: 'missing',
  [ObservationStatus.stockout]: 'stockout',
  [ObservationStatus.refused]: 'refused',
};

/** One series with all that is known of it. */
export function shownDetail(project: Project, one: OneSeries): SeriesDetail {
  const label = (period: number): string => periodLabel(project.grid, period);
  const { known = [], past = [] } = project.columns;
  const bases = one.row === undefined ? { value: null, accuracy: null } : basesOf(one.row.table);
  return {
    series: one.series,
    listed: one.row === undefined ? null : shownSeries(one.row),
    ...bases,
    window: { from: label(one.window.from), to: label(one.window.to) },
    history: one.history.map(({ period, value, status, covariates }) => ({
      timestamp: label(period),
      value: numberOf(value),
      status: status === undefined ? 'none' : (statusNames[status] ?? 'none'),
      ...(covariates === undefined || Object.keys(covariates).length === 0
        ? {}
        : { covariates: { ...covariates } }),
    })),
    columns: [
      ...known.map((name) => ({ name, role: 'known' as const })),
      ...past.map((name) => ({ name, role: 'past' as const })),
    ],
    ...nowView(project, one),
    planned: one.planned
      .filter(({ covariates }) => Object.keys(covariates).length > 0)
      .map(({ period, covariates }) => ({ timestamp: label(period), covariates: { ...covariates } })),
    holidays: one.holidays.map(({ period, name }) => ({ timestamp: label(period), name })),
    earlier: earlierView(project, one),
    versions: one.versions.map(({ id, number, createdAt }) => ({
      number,
      id,
      createdAt: new Date(createdAt).toISOString(),
      aliases: one.aliases.filter(({ versionId }) => versionId === id).map(({ alias }) => alias),
    })),
  };
}

function nowView(project: Project, { series, now }: OneSeries): Pick<SeriesDetail, 'forecast' | 'reason'> {
  if (!('forecast' in now)) return { forecast: null, reason: now.reason };
  const { forecast, cutoff, ask, served, overrides } = now;
  const label = (period: number): string => periodLabel(project.grid, period);
  const { reason, ended, silent, unfinished } = forecast;
  return {
    forecast: {
      series,
      cutoffAt: label(cutoff),
      source: forecast.source,
      ...(reason ? { reason } : {}),
      ...(ended ? { ended } : {}),
      ...(silent ? { silent } : {}),
      ...(unfinished === undefined ? {} : { unfinishedAt: label(unfinished) }),
      version: served.version?.number ?? null,
      steps: Array.from(forecast.mean, (mean, k) => ({
        timestamp: label(cutoff + 1 + k),
        mean,
        quantiles: quantilesAt(ask.levels, forecast, k),
        ...stepOverride(overrides?.get(cutoff + 1 + k)),
      })),
    },
  };
}

function earlierView(project: Project, one: OneSeries): EarlierForecast[] {
  const label = (period: number): string => periodLabel(project.grid, period);
  const numbers = new Map(one.versions.map(({ id, number }) => [id, number]));
  return one.earlier.map((record) => ({
    predictionId: record.id,
    source: record.source,
    madeAt: new Date(record.madeAt).toISOString(),
    cutoffAt: label(record.cutoff),
    version: numbers.get(record.versionId) ?? null,
    steps: Array.from(record.mean, (mean, k) => ({
      timestamp: label(record.cutoff + 1 + k),
      lead: k + 1,
      mean,
      quantiles: quantilesAt(record.levels, record, k),
      actual: numberOf(one.actualOf(record.cutoff + 1 + k)),
    })),
  }));
}

function quantilesAt(
  levels: readonly number[],
  { mean, quantiles }: { readonly mean: Float64Array; readonly quantiles: Float64Array },
  k: number,
): Record<string, number> {
  return Object.fromEntries(
    levels.map((level, l) => [String(level), quantiles[l * mean.length + k] as number]),
  );
}
