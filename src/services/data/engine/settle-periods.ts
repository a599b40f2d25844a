// The second half of a file ingest: the staged rows in the order of series and time, through the rules that need neighbours.

import { ObservationStatus } from '../../../core/index.ts';
import { usualMax } from '../../../forecasting/evaluate/index.ts';
import type { AttributeRow } from '../../../storage/ports/index.ts';
import { ProfileBuilder } from '../profile/profile-builder.ts';
import { addedTo } from '../rows/add-words.ts';
import { AttributeCollector } from '../rows/attribute-collector.ts';
import { PeriodRules, type SeriesHigh } from '../rows/period-rules.ts';
import type { RowRules } from '../rows/row-rules.ts';
import { type KnownRows, SeriesReport, type SeriesSummary } from '../rows/series-report.ts';
import { type HeldBy, UnitCheck } from '../rows/unit-check.ts';
import { AcceptedRows, type AcceptedRowsOptions } from './accepted-rows.ts';
import type { TaskContext } from './engine.ts';
import type { IngestFileInput } from './ingest-file-input.ts';
import type { LateRows } from './late-rows.ts';
import { type ObservationArrays, ObservationColumns } from './observation-columns.ts';
import { type StagedSource, silentPlan } from './staged-row.ts';

export interface Settled {
  readonly accepted: number;
  readonly plans: number;
  readonly duplicates: number;
  readonly summary: SeriesSummary;
  readonly profile: ProfileBuilder | null;
  readonly tail: ObservationArrays;
  readonly attributes: AttributeRow[];
  /** Null where the file is only looked at. */
  readonly landing: AcceptedRows | null;
}

export interface SettleOptions {
  readonly context: TaskContext;
  readonly rows: StagedSource;
  readonly rules: RowRules;
  /** Takes rows that turn out wrong beside others. */
  readonly late: LateRows;
  /** The newest period of an observation; −∞ without any. */
  readonly lastObserved: number;
  /** See `AcceptedRowsOptions`; null where the file is only looked at. */
  readonly land: Pick<AcceptedRowsOptions, 'segment' | 'earlier' | 'isSum'> | null;
  readonly units?: UnitCheck | null;
  readonly heldBy?: HeldBy;
}

/** Takes the staged rows in order and makes of them one row per series and period. */
export async function settlePeriods(input: IngestFileInput, of: SettleOptions): Promise<Settled> {
  const { units = null, late } = of;
  const { series, covariates } = of.rules;
  const { ids } = series;
  const { rank, inOrder } = rankOf(ids);
  const { columns, labels } = covariates;
  const landing =
    of.land === null
      ? null
      : await AcceptedRows.open(of.context, {
          ...of.land,
          ids: inOrder,
          columns,
          labels,
          tailAfter: input.tailAfter,
        });
  const highs = highsBySeries(input, ids);
  const { project, now } = input;
  const profile = input.asTable
    ? new ProfileBuilder({ project, now, newest: await newestOf(of.rows, of.lastObserved) })
    : null;
  const report = new SeriesReport(
    project,
    now,
    profile === null ? null : (one) => profile.add(one),
    knownRows(input),
  );
  const tail = new ObservationColumns();
  const attributes = new AttributeCollector(covariates);
  const tailAfter = input.tailAfter ?? Number.POSITIVE_INFINITY;
  const { plan, missing, refused } = ObservationStatus;
  const isSum = project.conflicts === 'sum';
  const rules = new PeriodRules({
    conflicts: input.project.conflicts,
    unitJumpFactor: input.project.contract.unitJumpFactor,
    highOf: (series) => highs.get(series),
    heldBy: of.heldBy && ((series, period) => of.heldBy?.(ids[series] ?? '', period) ?? null),
    onAccept: (series, period, value, status, cells, refusedRows) => {
      const seriesId = ids[series] ?? '';
      const waiting = isSum ? refusedRows : 0;
      landing?.add({ series: rank[series] ?? 0, period, value, status, cells, refused: waiting });
      attributes.add(series, cells);
      const isPlan = status === plan;
      if (status === ObservationStatus.observed) units?.add(seriesId, period, value);
      if (!isPlan && status !== refused)
        report.add(seriesId, period, waiting > 0 ? Number.NaN : value, waiting > 0 ? missing : status);
      if (!isPlan && period <= tailAfter) return;
      const known = cells === null ? undefined : covariates.values(cells, ['known', 'past']);
      const row = { seriesId, period, value, status, covariates: known };
      tail.add(waiting > 0 ? addedTo({ ...row, refused: waiting }, undefined) : row, 0);
    },
    onRefuse: (row, code, usual) => late.add(row, code, usual),
  });
  try {
    await of.rows.each(rank, (row) => {
      // What is no later than demand that is known is no plan: its demand is missing.
      if (row.status === silentPlan) row.status = plan;
      else if (row.status === plan && row.period <= of.lastObserved) row.status = missing;
      rules.push(row as typeof row & { status: ObservationStatus });
    });
    rules.end();
  } catch (error) {
    landing?.close();
    throw error;
  }
  return {
    accepted: rules.accepted,
    plans: rules.plans,
    duplicates: rules.duplicates,
    summary: report.end(),
    profile,
    tail: tail.end(),
    attributes: attributes.end(ids),
    landing,
  };
}

/** The newest period of a row that speaks of demand; 0 without any. */
async function newestOf(rows: StagedSource, lastObserved: number): Promise<number> {
  const newest = await rows.newest(lastObserved);
  return Number.isFinite(newest) ? newest : 0;
}

/** The place of each series in the order of ids, and the ids in that order. */
function rankOf(ids: readonly string[]): { rank: Int32Array; inOrder: string[] } {
  const bySeries = Int32Array.from(ids.keys()).sort((a, b) => ((ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1));
  const rank = new Int32Array(ids.length);
  bySeries.forEach((series, k) => {
    rank[series] = k;
  });
  return { rank, inOrder: Array.from(bySeries, (series) => ids[series] ?? '') };
}

export function unitCheck({ highs: { ids, units } }: IngestFileInput): UnitCheck | null {
  if (units === null) return null;
  const places = new Map(ids.map((id, i) => [id, i]));
  return new UnitCheck({
    knownOf: (seriesId) => {
      const at = places.get(seriesId);
      if (at === undefined) return undefined;
      const suspect = units.suspects[at] ?? 0;
      return {
        values: units.values.subarray(at * usualMax, (at + 1) * usualMax),
        oldest: units.oldest[at] ?? Number.NEGATIVE_INFINITY,
        suspect: suspect === 0 ? null : { factor: Math.abs(suspect), isSure: suspect > 0 },
      };
    },
  });
}

export function highsById({ highs }: IngestFileInput): ReadonlyMap<string, SeriesHigh> {
  return new Map(highs.ids.map((id, i) => [id, { high: highs.high[i] ?? 0, count: highs.count[i] ?? 0 }]));
}

/** The newest rows of a series that came before, by its id. */
function knownRows({ highs: { ids, units } }: IngestFileInput): (seriesId: string) => KnownRows | undefined {
  if (units === null) return () => undefined;
  const places = new Map(ids.map((id, i) => [id, i * usualMax]));
  return (seriesId) => {
    const place = places.get(seriesId);
    if (place === undefined) return undefined;
    const rows = [...units.periods.subarray(place, place + usualMax)]
      .map((period, i) => ({ period, value: units.values[place + i] ?? Number.NaN }))
      .filter(({ period }) => !Number.isNaN(period))
      .sort((a, b) => a.period - b.period);
    return { periods: rows.map(({ period }) => period), values: rows.map(({ value }) => value) };
  };
}

function highsBySeries(input: IngestFileInput, ids: readonly string[]): Map<number, SeriesHigh> {
  const known = new Map(input.highs.ids.map((id, i) => [id, i]));
  const highs = new Map<number, SeriesHigh>();
  if (known.size === 0) return highs;
  ids.forEach((id, series) => {
    const at = known.get(id);
    if (at !== undefined)
      highs.set(series, { high: input.highs.high[at] ?? 0, count: input.highs.count[at] ?? 0 });
  });
  return highs;
}
