// The worker's half of a file ingest: stream the file through the rules, set its rows in order, apply the rules that need
// neighbours, write the accepted rows as Parquet and the others as NDJSON. Touches nothing but its
// two output files, so a crash at any moment leaves only scratch.

import type { Transferable } from 'node:worker_threads';
import {
  AppError,
  assert,
  type BatchShare,
  groupOf,
  lookAlikes,
  ObservationStatus,
  type Project,
} from '../../../core/index.ts';
import { usualMax } from '../../../forecasting/evaluate/index.ts';
import type { AttributeRow } from '../../../storage/ports/index.ts';
import type { DataProfile } from '../profile/data-profile.ts';
import { ProfileBuilder } from '../profile/profile-builder.ts';
import { type AheadRule, farAhead } from '../rows/ahead-rule.ts';
import { AttributeCollector } from '../rows/attribute-collector.ts';
import type { IngestCounts } from '../rows/ingest-result.ts';
import { periodNames } from '../rows/parse-time.ts';
import { PeriodRules, type SeriesHigh } from '../rows/period-rules.ts';
import { observationFields, type RawRow } from '../rows/raw-row.ts';
import { RowIntake } from '../rows/row-intake.ts';
import { SeriesReport, type SeriesSummary } from '../rows/series-report.ts';
import { type HeldBy, heldBy, UnitCheck } from '../rows/unit-check.ts';
import { ColumnWriter } from './column-writer.ts';
import { segmentSql, writerColumns } from './covariate-columns.ts';
import { sqlText, type TaskContext } from './engine.ts';
import { LateRows } from './late-rows.ts';
import { LineFile } from './line-file.ts';
import { buffersOf, type ObservationArrays, ObservationColumns } from './observation-columns.ts';
import { unfinished } from './period-reach.ts';
import { readRows } from './read-rows.ts';
import { segmentFormat } from './segment-files.ts';
import { openSource } from './source-file.ts';
import type { SourceFile, SourceLimits } from './source-kind.ts';
import { type StagedSource, silentPlan } from './staged-row.ts';
import { StagedRows } from './staged-rows.ts';
import { type EarlierRows, hasParts, type MetEarlier, meetEarlierRows, sumsOfTail } from './words-task.ts';

const lookAlikesMax = 20;
/** Of so many newest periods it is asked how far into them their rows reach. */
const reachPeriods = 29;

export interface IngestFileInput {
  readonly path: string;
  /** As messages name it; absent = by its path. */
  readonly name?: string | undefined;
  readonly project: Project;
  /** UTC milliseconds. */
  readonly now: number;
  readonly limits: SourceLimits;
  readonly highs: {
    readonly ids: readonly string[];
    readonly high: Float64Array;
    readonly count: Float64Array;
    /** What is known of their units, `usualMax` values each, NaN = none; null = rows in another unit are not held back. */
    readonly units: {
      readonly values: Float64Array;
      readonly oldest: Float64Array;
      readonly suspects: Float64Array;
    } | null;
  };
  /** Rows of later periods also come back in memory, as they may be labels; null = none. Plans always do. */
  readonly tailAfter: number | null;
  /** The newest period of which the project has an observation; null without any. */
  readonly lastObserved: number | null;
  /** What is known of the project, to tell rows that are too far ahead; null = none is. */
  readonly ahead: (Omit<AheadRule, 'isKnown'> & { readonly ids: readonly string[] }) | null;
  /** What earlier batches brought, to be replaced or added to. */
  readonly earlier: EarlierRows;
  /** The contract looks at the file as the whole table, not as a part of it, and a profile of it is made. */
  readonly asTable: boolean;
  /** Where to write; null = check only. */
  readonly output: { readonly segment: string; readonly quarantine: string } | null;
  /** Rows of many senders, which say nothing about each other. */
  readonly mixed: boolean;
}

export interface IngestFileOutput extends IngestCounts {
  /** SHA-256 of the file's bytes as they were read. */
  readonly contentHash: string;
  /** One per series and period, those whose rows were all refused among them. */
  readonly segmentRows: number;
  readonly tail: ObservationArrays;
  readonly met: MetEarlier;
  /** Series ids of which one is in the file, and that look alike; the first groups, and how many there are. */
  readonly lookAlikes: { readonly groups: readonly (readonly string[])[]; readonly count: number };
  /** What a person should know of the file beside its rows. */
  readonly notes: readonly string[];
  /** What the rows say of their series, one per series. */
  readonly attributes: readonly AttributeRow[];
  readonly summary: SeriesSummary;
  /** Why the newest period is not whole; empty = nothing says so. */
  readonly unfinished: readonly string[];
  /** Of a file that is looked at as the whole table. */
  readonly profile?: DataProfile;
  /** The reporting groups of its series. */
  readonly groups: readonly string[];
}

export async function ingestFileTask(
  input: IngestFileInput,
  context: TaskContext,
): Promise<{ output: IngestFileOutput; transfer: Transferable[] }> {
  const source = await openSource(input.path, input.limits, {
    name: input.name,
    encoding: input.project.dialect?.encoding,
  });
  const quarantine = new LineFile(input.output?.quarantine ?? null);
  try {
    const staged = await stageRows(source, input, { context, quarantine });
    const lastObserved = await takeOutFar(staged, input);
    context.progress({ fraction: 0.6, message: 'sorting' });
    const before = staged.late.count;
    const units = unitCheck(input);
    let settled = await settlePeriods(staged, input, { context, lastObserved, units });
    const { held } = units?.end() ?? { held: [] };
    if (held.length > 0) {
      // Which rows are held back is known only after all of them, so they are settled once more without these.
      staged.late.cutTo(before);
      for (const table of ['accepted', 'ids', 'ranks'])
        await context.engine.run(`DROP TABLE IF EXISTS ${table}`);
      settled = await settlePeriods(staged, input, { context, lastObserved, heldBy: heldBy(held) });
    }
    if (settled.late.count > 0) await quarantineLate(source, input, { context, staged, late: settled.late });
    const { met, tail } = input.output === null ? nothingMet(settled) : await meet(settled, input, context);
    context.progress({ fraction: 0.8, message: 'writing' });
    if (input.output !== null && settled.written > 0)
      await writeSegment(context, staged, input.output.segment);
    const { intake } = staged;
    assert(
      settled.accepted + settled.duplicates + intake.quarantined === intake.rows,
      `every row of ${source.name} is accepted, a duplicate or quarantined`,
    );
    const alike = lookAlikes(intake.rules.series.ids, input.highs.ids);
    const lookAlikesFound = { groups: alike.slice(0, lookAlikesMax), count: alike.length };
    const reach = await staged.rows.lastInstants(reachPeriods);
    const output: IngestFileOutput = {
      contentHash: staged.contentHash,
      rows: intake.rows,
      accepted: settled.accepted,
      plans: settled.plans,
      duplicates: settled.duplicates,
      quarantined: intake.quarantined,
      quarantinedByCode: { ...intake.byCode },
      periodMin: settled.summary.periodMin,
      periodMax: settled.summary.periodMax,
      problems: intake.samples,
      ...intake.contractResults(),
      ...(units === null ? {} : { held }),
      segmentRows: settled.written,
      tail,
      met,
      notes: staged.notes,
      lookAlikes: lookAlikesFound,
      attributes: settled.attributes,
      summary: settled.summary,
      unfinished: unfinished(input, { newest: settled.summary.periodMax, lastInstants: reach }),
      ...(settled.profile === null
        ? {}
        : {
            profile: settled.profile.end({
              lookAlikes: lookAlikesFound,
              lastInstants: reach,
            }),
          }),
      groups: [...new Set(intake.rules.series.ids.map((id) => groupOf(id, input.project)))],
    };
    return { output, transfer: buffersOf(tail) };
  } finally {
    quarantine.end();
  }
}

/** How the rows meet those of earlier batches, and what of them stays in memory. */
async function meet(
  settled: Settled,
  input: IngestFileInput,
  context: TaskContext,
): Promise<{ met: MetEarlier; tail: ObservationArrays }> {
  const isSum = input.project.conflicts === 'sum';
  const met = await meetEarlierRows(context, input.earlier, isSum);
  const tail = isSum ? await sumsOfTail(context, settled.tail, input.tailAfter) : settled.tail;
  return { met, tail };
}

function nothingMet({ tail }: Settled): { met: MetEarlier; tail: ObservationArrays } {
  return { met: { replaced: 0, added: 0 }, tail };
}

interface Staged {
  intake: RowIntake;
  rows: StagedSource;
  contentHash: string;
  /** The newest period of an observation, those of this file included; −∞ without any. */
  lastObserved: number;
  /** Rows that turn out wrong only beside others. */
  late: LateRows;
  notes: readonly string[];
}

async function stageRows(
  source: SourceFile,
  input: IngestFileInput,
  to: { context: TaskContext; quarantine: LineFile },
): Promise<Staged> {
  const { project } = input;
  const fields = observationFields(project.columns);
  const staged = await StagedRows.create(to.context, { cells: fields.extras.length });
  const notes: string[] = [];
  let lastObserved = input.lastObserved ?? Number.NEGATIVE_INFINITY;
  const refused = {
    instant: 0,
    value: Number.NaN,
    cells: new Float64Array(fields.extras.length).fill(Number.NaN),
  };
  const intake = new RowIntake({
    project,
    now: input.now,
    scope: input.asTable ? 'table' : 'batch',
    highs: highsById(input),
    onGood: (n, row) => {
      const isPlan = row.status === ObservationStatus.plan;
      if (!isPlan && row.period > lastObserved) lastObserved = row.period;
      staged.push(n, row, isPlan && row.silent ? silentPlan : row.status);
    },
    onRefused: (n, series, period) =>
      staged.push(n, { ...refused, series, period }, ObservationStatus.refused),
    onQuarantine: (line) => to.quarantine.push(line),
  });
  const contentHash = await readRows(source, input.limits, {
    context: to.context,
    dialect: project.dialect,
    isPeriod: periodNames(project),
    fields,
    sink: intake.sink,
    onNote: (note) => notes.push(note),
    onRows: () =>
      to.context.progress({
        fraction: null,
        message: `${intake.rows} rows read, ${intake.quarantined} refused`,
      }),
  });
  if (!input.mixed) intake.rules.refuseAmbiguous(source.name);
  return { intake, contentHash, rows: staged.end(), lastObserved, late: new LateRows(), notes };
}

/** Takes out rows that are too far ahead of the project: see `core/far-ahead.ts`. */
async function takeOutFar({ rows, intake, ...staged }: Staged, input: IngestFileInput): Promise<number> {
  if (input.ahead === null || rows.rows === 0) return staged.lastObserved;
  const knownIds = new Set(input.ahead.ids);
  const rule = { ...input.ahead, isKnown: (id: string) => knownIds.has(id) };
  const sum = (counts: ReadonlyMap<number, number>): number => {
    let all = 0;
    for (const count of counts.values()) all += count;
    return all;
  };
  const share = async (from: number): Promise<BatchShare> => {
    const all = await rows.rowsBySeries(Number.NEGATIVE_INFINITY);
    const late = await rows.rowsBySeries(from);
    const named = Array.from(late.keys(), (series) => intake.rules.series.ids[series] ?? '');
    return {
      rows: sum(late),
      series: late.size,
      knownSeries: named.filter(rule.isKnown).length,
      rowsOfAll: sum(all),
      seriesOfAll: all.size,
    };
  };
  const far = await farAhead(rule, await rows.periods(input.ahead.known), share);
  if (far === null) return staged.lastObserved;
  for (const row of await rows.takeOut(far.period)) staged.late.add(row, 'far-ahead', far.after);
  return Math.max(
    input.lastObserved ?? Number.NEGATIVE_INFINITY,
    await rows.newest(Number.NEGATIVE_INFINITY),
  );
}

interface Settled {
  accepted: number;
  plans: number;
  duplicates: number;
  written: number;
  late: LateRows;
  summary: SeriesSummary;
  profile: ProfileBuilder | null;
  tail: ObservationArrays;
  attributes: AttributeRow[];
}

/** Takes the staged rows in order and fills table `accepted` (k, p, v, st, covariates x0…) with one row per series and period. */
async function settlePeriods(
  staged: Staged,
  input: IngestFileInput,
  of: { context: TaskContext; lastObserved: number; units?: UnitCheck | null; heldBy?: HeldBy },
): Promise<Settled> {
  const { units = null } = of;
  const { engine } = of.context;
  const { series, covariates } = staged.intake.rules;
  const { ids } = series;
  const columnCount = covariates.columns.length;
  const rank = await rankSeries(of.context, ids);
  const writer = await ColumnWriter.create(engine, 'accepted', {
    k: 'INTEGER',
    p: 'INTEGER',
    v: 'DOUBLE',
    st: 'UTINYINT',
    ...writerColumns('x', columnCount),
  });
  const highs = highsBySeries(input, ids);
  const { late } = staged;
  const { project, now } = input;
  const profile = input.asTable
    ? new ProfileBuilder({ project, now, newest: await newestOf(staged.rows, of.lastObserved) })
    : null;
  const report = new SeriesReport(project, now, profile === null ? null : (one) => profile.add(one));
  const tail = new ObservationColumns();
  const attributes = new AttributeCollector(covariates);
  const tailAfter = input.tailAfter ?? Number.POSITIVE_INFINITY;
  const { plan, missing, refused } = ObservationStatus;
  const rules = new PeriodRules({
    conflicts: input.project.conflicts,
    unitJumpFactor: input.project.contract.unitJumpFactor,
    highOf: (series) => highs.get(series),
    heldBy: of.heldBy && ((series, period) => of.heldBy?.(ids[series] ?? '', period) ?? null),
    onAccept: (series, period, value, status, cells) => {
      writer.set(0, rank[series] ?? 0);
      writer.set(1, period);
      writer.set(2, value);
      writer.set(3, status);
      for (let i = 0; i < columnCount; i++) writer.set(4 + i, cells?.[i] ?? Number.NaN);
      writer.next();
      attributes.add(series, cells);
      const isPlan = status === plan;
      if (status === ObservationStatus.observed) units?.add(ids[series] ?? '', period, value);
      if (!isPlan && status !== refused) report.add(ids[series] ?? '', period, value, status);
      if (!isPlan && period <= tailAfter) return;
      const known = cells === null ? undefined : covariates.values(cells, ['known', 'past']);
      tail.add({ seriesId: ids[series] ?? '', period, value, status, covariates: known }, 0);
    },
    onRefuse: (row, code, usual) => late.add(row, code, usual),
  });
  await staged.rows.each(rank, (row) => {
    // What is no later than demand that is known is no plan: its demand is missing.
    if (row.status === silentPlan) row.status = plan;
    else if (row.status === plan && row.period <= of.lastObserved) row.status = missing;
    rules.push(row as typeof row & { status: ObservationStatus });
  });
  rules.end();
  writer.end();
  return {
    accepted: rules.accepted,
    plans: rules.plans,
    duplicates: rules.duplicates,
    written: writer.rows,
    late,
    summary: report.end(),
    profile,
    tail: tail.end(),
    attributes: attributes.end(ids),
  };
}

/** The newest period of a row that speaks of demand; 0 without any. */
async function newestOf(rows: StagedSource, lastObserved: number): Promise<number> {
  const newest = await rows.newest(lastObserved);
  return Number.isFinite(newest) ? newest : 0;
}

/** The place of each series in the order of ids. Table `ids`: that place k → id. */
async function rankSeries({ engine }: TaskContext, ids: readonly string[]): Promise<Int32Array> {
  const byRank = Int32Array.from(ids.keys()).sort((a, b) => ((ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1));
  const rank = new Int32Array(ids.length);
  const writer = await ColumnWriter.create(engine, 'ids', { k: 'INTEGER' }, ['id']);
  byRank.forEach((series, k) => {
    rank[series] = k;
    writer.setText(0, ids[series] ?? '');
    writer.push(k);
  });
  writer.end();
  return rank;
}

function unitCheck({ highs: { ids, units } }: IngestFileInput): UnitCheck | null {
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

function highsById({ highs }: IngestFileInput): ReadonlyMap<string, SeriesHigh> {
  return new Map(highs.ids.map((id, i) => [id, { high: highs.high[i] ?? 0, count: highs.count[i] ?? 0 }]));
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

/** Reads the file once more for the rows that turned out wrong only beside others. */
async function quarantineLate(
  source: SourceFile,
  input: IngestFileInput,
  with_: { context: TaskContext; staged: Staged; late: LateRows },
): Promise<void> {
  const { context, staged, late } = with_;
  let at = 0;
  let next = late.inOrder(0);
  const hash = await readRows(source, input.limits, {
    context,
    dialect: input.project.dialect,
    isPeriod: periodNames(input.project),
    fields: observationFields(input.project.columns),
    sink: (raw: RawRow) => {
      if (at >= late.count || raw.number !== next.row) return;
      staged.intake.quarantineLate(raw, next.code, next.usual);
      at += 1;
      if (at < late.count) next = late.inOrder(at);
    },
  });
  if (hash !== staged.contentHash)
    throw new AppError(
      'data/damaged-file',
      `${source.name} changed while it was being read: ingest it again`,
    );
}

/** Sorted by series and period, so that the same rows make the same bytes. The batch's number is not known yet. */
async function writeSegment(context: TaskContext, staged: Staged, path: string): Promise<void> {
  const { columns, labels } = staged.intake.rules.covariates;
  const counts = columns.map((_, i) => `count(x${i})`).join(', ');
  const known = columns.length === 0 ? [] : await context.engine.row(`SELECT ${counts} FROM accepted`);
  const coded = columns
    .map(({ name, role, isText }, i) => ({
      name,
      role,
      column: `x${i}`,
      labels: isText ? (labels[i] ?? []) : null,
      known: Number(known[i]),
    }))
    .filter(({ role, known }) => role !== 'static' && known > 0);
  const { select, joins } = await segmentSql(context, coded);
  const parts = (await hasParts(context)) ? ', part_value, part_status' : '';
  await context.engine.run(
    `COPY (SELECT id AS series_id, p AS period, v AS value, st AS status, NULL::BIGINT AS batch_seq${parts}${select}
           FROM accepted JOIN ids USING (k)${joins} ORDER BY k, p)
     TO ${sqlText(path)} (${segmentFormat})`,
  );
}
