// From a registered version and the data since its snapshot to an exported model.

import {
  AppError,
  type Closing,
  canonicalJson,
  type Frequency,
  lastPeriod,
  type Panel,
  type Project,
} from '../../core/index.ts';
import {
  decodeForecaster,
  encodeForecaster,
  type Forecaster,
  selectSeries,
} from '../../forecasting/models/index.ts';
import type { HolidaySource, ObservationSource, SnapshotSource } from '../../services/serving/index.ts';
import type { HistoryPage, SeriesAttributes, TailRow } from '../../storage/ports/index.ts';
import type { ExportedModel } from './exported-model.ts';

export interface GatherOptions
  extends Pick<ExportedModel, 'version' | 'snapshot' | 'artifact' | 'adaptation'> {
  readonly project: Project;
  readonly observations: ObservationSource;
  readonly snapshots: Pick<SnapshotSource, 'readClosings' | 'readUnsettled'>;
  readonly holidays: HolidaySource;
  /** UTC milliseconds. */
  readonly now: number;
  /** Only these series; default: all. */
  readonly series?: readonly string[] | undefined;
  /** Histories up to the snapshot, to be drawn beside forecasts; default: the last cycle or two, as trained. */
  readonly histories?: Panel | undefined;
}

/** Rows since the snapshot, and plans after it, at most: they are replayed wherever the model is loaded. */
const rowsMax = 500_000;
/** Past periods drawn beside a forecast, in horizons, and at least so many; and values of all series together. */
const historyHorizons = 4;
const historyMin = 60;
const historyValuesMax = 4_000_000;
/** Series that end before the snapshot look back at holidays past their end. */
const holidaysBehind = 400;
/** How many periods ahead holidays are taken along: five years. */
const holidaysAhead: Record<Frequency, number> = {
  hour: 24 * 1827,
  day: 1827,
  week: 261,
  month: 60,
  quarter: 20,
  year: 5,
  step: 0,
};

/**
 * Takes along what the server would answer from at this moment: the artifact, what came since, plans, holidays, and attributes of
 * series without demand.
 * @throws AppError `serving/unknown-series` when a series named is neither in the model nor in the data since;
 *   `edge/too-many-rows`; `models/corrupt-state`
 */
export async function gatherModel(options: GatherOptions): Promise<ExportedModel> {
  const { project, version, snapshot, observations, now, series } = options;
  const wanted = series && new Set(series);
  const isWanted = ({ seriesId }: { readonly seriesId: string }): boolean => wanted?.has(seriesId) ?? true;
  const { id, batchSeqMax } = snapshot;
  const closings = new Map<string, Closing>();
  for (const one of await options.snapshots.readClosings(project.name, { batchSeqMax }))
    closings.set(one.group, one);
  const pages = observations.observationsSince(project.name, batchSeqMax);
  const since = await collect(rowsOf(pages, closings), () => true);
  const rows = since.filter(isWanted);
  const learnt = decodeForecaster(options.artifact);
  const known = new Set(learnt.ids);
  const attributes = (await attributesOf(options)).filter((one) => !known.has(one.seriesId) && isWanted(one));
  const short = new Set((learnt.short ?? []).map((one) => one.id));
  if (wanted !== undefined)
    refuseUnknown(wanted, [known, short, idsOf(rows), idsOf(attributes)], version.number);
  const plans = await plansOf(options);
  const left = since.filter((row) => !isWanted(row));
  return {
    project,
    version,
    snapshot: { id, batchSeqMax, periodMax: snapshot.periodMax },
    closings: [...closings.values()],
    refused: (await refusedOf(options, learnt)).filter(isWanted),
    exportedAt: now,
    adaptation: options.adaptation,
    rows,
    planned: [
      ...plans.filter(isWanted),
      ...sharedRows([...plans.filter((row) => !isWanted(row)), ...left], batchSeqMax),
    ],
    attributes,
    holidays: holidaysOf(options),
    artifact: artifactOf(options, learnt, wanted),
  };
}

/**
 * Of the rows of series that are left out, one for each thing said of a period: what all series say alike, a column of promotions in
 * the whole country say, is known of a series from the rows of others too. They count as older than the snapshot, so that
 * their demand is not taken in.
 */
function sharedRows(rows: readonly TailRow[], batchSeqMax: number): TailRow[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const said = row.covariates === undefined ? '' : `${row.period} ${canonicalJson(row.covariates)}`;
    if (said === '' || seen.has(said)) return [];
    seen.add(said);
    return [{ ...row, batchSeq: Math.min(row.batchSeq, batchSeqMax) }];
  });
}

function holidaysOf({ project, snapshot, holidays }: GatherOptions): ExportedModel['holidays'] {
  const { periodMax } = snapshot;
  if (project.calendar === undefined) return null;
  const to = periodMax + holidaysAhead[project.grid.frequency];
  return holidays(project, { from: periodMax - holidaysBehind, to });
}

/** The artifact as it is, unless series are left out or histories added. */
function artifactOf(
  { artifact, project, histories }: GatherOptions,
  learnt: Forecaster,
  wanted: ReadonlySet<string> | undefined,
): Uint8Array {
  if (wanted === undefined && histories === undefined) return artifact;
  const kept = wanted === undefined ? learnt : onlyOf(learnt, wanted);
  return encodeForecaster(
    histories === undefined ? kept : withHistories(kept, histories, project.horizonSteps),
  );
}

/** What serves these series: those too short to be fitted, by the baseline, go along with what is known of them. */
function onlyOf(learnt: Forecaster, wanted: ReadonlySet<string>): Forecaster {
  const places = learnt.ids.flatMap((id, i) => (wanted.has(id) ? [i] : []));
  const short = learnt.short?.filter(({ id }) => wanted.has(id)) ?? [];
  return { ...selectSeries(learnt, places), ...(short.length === 0 ? {} : { short }) };
}

/** Each series' last values, as many as a chart shows, and no fewer than it had. */
function withHistories(forecaster: Forecaster, histories: Panel, horizon: number): Forecaster {
  const byId = new Map(histories.series.map((one) => [one.id, one]));
  const room = Math.floor(historyValuesMax / Math.max(1, forecaster.ids.length));
  const count = Math.min(room, Math.max(historyMin, historyHorizons * horizon));
  const recent = forecaster.ids.map((id, i) => {
    const had = forecaster.recent.at(i) as Float64Array;
    const history = byId.get(id);
    // What ends elsewhere is of another snapshot.
    if (history === undefined || lastPeriod(history) !== forecaster.lastPeriods[i]) return had;
    return history.values.length <= had.length || count <= had.length ? had : history.values.slice(-count);
  });
  return { ...forecaster, recent };
}

async function plansOf({ project, snapshot, observations }: GatherOptions): Promise<TailRow[]> {
  if ((project.columns.known ?? []).length === 0 || observations.covariatesSince === undefined) return [];
  const from = { afterSeq: 0, periodMin: snapshot.periodMax + 1 };
  // What came later is among the rows since.
  return await collect(
    observations.covariatesSince(project.name, from),
    (row) => row.batchSeq <= snapshot.batchSeqMax,
  );
}

async function refusedOf(
  { project, snapshot, snapshots }: GatherOptions,
  { lastPeriods }: Forecaster,
): Promise<readonly TailRow[]> {
  const { batchSeqMax, periodMax } = snapshot;
  const oldestEnd = lastPeriods.reduce((oldest, end) => Math.min(oldest, end), periodMax);
  return await snapshots.readUnsettled(project.name, { periodMin: oldestEnd + 1, batchSeqMax });
}

async function attributesOf({ project, observations }: GatherOptions): Promise<SeriesAttributes[]> {
  if ((project.columns.static ?? []).length === 0 || observations.attributesSince === undefined) return [];
  return await collect(observations.attributesSince(project.name, { afterSeq: 0 }), () => true);
}

/** Hands on the rows, and keeps the newest closing of each group. */
async function* rowsOf(
  pages: AsyncIterable<HistoryPage>,
  closings: Map<string, Closing>,
): AsyncGenerator<readonly TailRow[]> {
  for await (const page of pages) {
    for (const one of page.closings) closings.set(one.group, one);
    yield page.rows;
  }
}

async function collect<T>(pages: AsyncIterable<readonly T[]>, isWanted: (row: T) => boolean): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) {
    for (const row of page) if (isWanted(row)) all.push(row);
    if (all.length > rowsMax)
      throw new AppError(
        'edge/too-many-rows',
        `over ${rowsMax} rows have arrived since the training: train again, then export`,
      );
  }
  return all;
}

function idsOf(rows: readonly { readonly seriesId: string }[]): Set<string> {
  return new Set(rows.map(({ seriesId }) => seriesId));
}

function refuseUnknown(
  wanted: ReadonlySet<string>,
  known: readonly ReadonlySet<string>[],
  version: number,
): void {
  const unknown = [...wanted].filter((id) => !known.some((ids) => ids.has(id)));
  if (unknown.length === 0) return;
  const shown = unknown.slice(0, 5).map((id) => JSON.stringify(id.slice(0, 100)));
  throw new AppError(
    'serving/unknown-series',
    `version ${version} knows nothing of series ${shown.join(', ')}${unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''}`,
  );
}
