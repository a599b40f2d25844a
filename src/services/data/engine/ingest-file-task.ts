// The worker's half of a file ingest: stream the file through the rules, set its rows in order, apply the rules that need
// neighbours, write the accepted rows as Parquet and the others as NDJSON. Touches nothing but its
// two output files, so a crash at any moment leaves only scratch.

import type { Transferable } from 'node:worker_threads';
import {
  AppError,
  assert,
  type BatchShare,
  calledTotals,
  groupOf,
  lookAlikes,
  namesInFiles,
  ObservationStatus,
} from '../../../core/index.ts';
import { farAhead } from '../rows/ahead-rule.ts';
import { periodNames } from '../rows/parse-time.ts';
import { observationFields, type RawRow } from '../rows/raw-row.ts';
import { RowIntake } from '../rows/row-intake.ts';
import { heldBy } from '../rows/unit-check.ts';
import type { TaskContext } from './engine.ts';
import type { FileNote, IngestFileInput, IngestFileOutput } from './ingest-file-input.ts';
import { LateRows } from './late-rows.ts';
import { LineFile } from './line-file.ts';
import { buffersOf, type ObservationArrays } from './observation-columns.ts';
import { openFrom, unfinished } from './period-reach.ts';
import { readRows, sourceColumns } from './read-rows.ts';
import { highsById, type Settled, type SettleOptions, settlePeriods, unitCheck } from './settle-periods.ts';
import { openSource } from './source-file.ts';
import type { SourceFile } from './source-kind.ts';
import { type StagedSource, silentPlan } from './staged-row.ts';
import { StagedRows } from './staged-rows.ts';
import { earlierNear, type MetEarlier } from './words-task.ts';

const lookAlikesMax = 20;
/** Of so many newest periods it is asked how far into them their rows reach. */
const reachPeriods = 29;

export async function ingestFileTask(
  input: IngestFileInput,
  context: TaskContext,
): Promise<{ output: IngestFileOutput; transfer: Transferable[] }> {
  const source = await openSource(input.path, input.limits, {
    name: input.name,
    encoding: input.project.dialect?.encoding,
  });
  const quarantine = new LineFile(input.output?.quarantine ?? null);
  let settled: Settled | null = null;
  try {
    const staged = await stageRows(source, input, { context, quarantine });
    const lastObserved = await takeOutFar(staged, input);
    context.progress({ fraction: 0.6, message: 'sorting' });
    const before = staged.late.count;
    const units = unitCheck(input);
    const reach = await staged.rows.lastInstants(reachPeriods);
    // Parts stay in memory too: no state knows them before their period is over.
    const opens = openFrom(input, await staged.rows.newest(lastObserved), reach);
    const tailAfter = least(input.tailAfter, opens === null ? null : opens - 1);
    const settling = {
      context,
      rows: staged.rows,
      rules: staged.intake.rules,
      late: staged.late,
      lastObserved,
      land: await landOf(staged, input),
    };
    settled = await settlePeriods({ ...input, tailAfter }, { ...settling, units });
    const { held } = units?.end() ?? { held: [] };
    if (held.length > 0) {
      // Which rows are held back is known only after all of them, so they are settled once more without these.
      staged.late.cutTo(before);
      await settled.landing?.discard();
      settled = await settlePeriods({ ...input, tailAfter }, { ...settling, heldBy: heldBy(held) });
    }
    if (staged.late.count > 0) await quarantineLate(source, input, { context, staged });
    context.progress({ fraction: 0.8, message: 'writing' });
    const { met, tail } = await land(settled);
    const { intake } = staged;
    assert(
      settled.accepted + settled.duplicates + intake.quarantined === intake.rows,
      `every row of ${source.name} is accepted, a duplicate or quarantined`,
    );
    const alike = lookAlikes(intake.rules.series.ids, input.highs.ids);
    const lookAlikesFound = { groups: alike.slice(0, lookAlikesMax), count: alike.length };
    const totals = calledTotals(intake.rules.series.ids);
    const newest = settled.summary.periodMax;
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
      segmentRows: settled.landing?.rows ?? 0,
      segmentSpan: settled.landing?.span ?? null,
      tail,
      met,
      notes: staged.notes,
      lookAlikes: lookAlikesFound,
      totals: { ids: totals.slice(0, lookAlikesMax), count: totals.length },
      attributes: settled.attributes,
      summary: settled.summary,
      openFrom: newest === null ? null : openFrom(input, newest, reach),
      unfinished: unfinished(input, { newest, lastInstants: reach }),
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
    settled?.landing?.close();
    quarantine.end();
  }
}

/** Where the rows go; null where the file is only looked at. */
async function landOf(
  { rows }: Staged,
  { output, earlier, project }: IngestFileInput,
): Promise<SettleOptions['land']> {
  if (output === null) return null;
  const near = rows.rows === 0 ? null : earlierNear(earlier, await rows.span());
  return { segment: output.segment, earlier: near, isSum: project.conflicts === 'sum' };
}

/** How the rows meet those of earlier batches, and what of them stays in memory. */
async function land({ landing, tail }: Settled): Promise<{ met: MetEarlier; tail: ObservationArrays }> {
  if (landing === null) return { met: { replaced: 0, added: 0, open: 0 }, tail };
  const met = await landing.end();
  return { met, tail: landing.sums(tail) };
}

interface Staged {
  intake: RowIntake;
  rows: StagedSource;
  contentHash: string;
  /** The newest period of an observation, those of this file included; −∞ without any. */
  lastObserved: number;
  /** Rows that turn out wrong only beside others. */
  late: LateRows;
  notes: readonly FileNote[];
}

async function stageRows(
  source: SourceFile,
  input: IngestFileInput,
  to: { context: TaskContext; quarantine: LineFile },
): Promise<Staged> {
  const { project } = input;
  const fields = observationFields(project.columns);
  const staged = await StagedRows.create(to.context, { cells: fields.extras.length });
  const notes: FileNote[] = [];
  let lastObserved = input.lastObserved ?? Number.NEGATIVE_INFINITY;
  const refused = {
    instant: 0,
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
    onRefused: (n, series, period, isDemand) =>
      staged.push(
        n,
        { ...refused, series, period, value: isDemand ? 0 : Number.NaN },
        ObservationStatus.refused,
      ),
    onQuarantine: (line) => to.quarantine.push(line),
  });
  const contentHash = await readRows(source, input.limits, {
    context: to.context,
    dialect: project.dialect,
    isPeriod: periodNames(project),
    fields,
    sink: intake.sink,
    onNote: (message) => notes.push({ kind: 'hidden', message }),
    onRows: () =>
      to.context.progress({
        fraction: null,
        message: `${intake.rows} rows read, ${intake.quarantined} refused`,
      }),
  });
  if (!input.mixed) intake.rules.refuseAmbiguous(source.name);
  notes.push(...(await absentColumns(source, input, to.context)), ...intake.rules.rounded());
  return { intake, contentHash, rows: staged.end(), lastObserved, late: new LateRows(), notes };
}

/** Columns beside the demand that the project reads of each period, and the file has not: without a word they would be unknown. */
async function absentColumns(
  source: SourceFile,
  { project, limits }: IngestFileInput,
  context: TaskContext,
): Promise<FileNote[]> {
  const { time, known = [], past = [] } = project.columns;
  // Of lines of JSON each has fields of its own.
  if (known.length + past.length === 0 || source.format === 'ndjson') return [];
  const { dialect } = project;
  const found = new Set(await sourceColumns(source, context, { dialect, limits }));
  const nameOf = namesInFiles(dialect?.mapped ?? { columns: {} });
  const absent = [...known, ...past].map(nameOf).filter((name) => !found.has(name));
  if (absent.length === 0 || !found.has(nameOf(time))) return [];
  const named = absent.map((name) => JSON.stringify(name)).join(', ');
  const message = `no column ${named}, which the project reads: unknown for these rows. There are ${[...found].slice(0, 20).join(', ')}`;
  return [{ kind: 'no-column', message }];
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
  // What a sum waits for leaves a mark, which moves nothing.
  const taken = await rows.takeOut(far.period, { isMarked: input.project.conflicts === 'sum' });
  for (const row of taken) staged.late.add(row, 'far-ahead', far.after);
  return Math.max(
    input.lastObserved ?? Number.NEGATIVE_INFINITY,
    await rows.newest(Number.NEGATIVE_INFINITY),
  );
}

/** Reads the file once more for the rows that turned out wrong only beside others. */
async function quarantineLate(
  source: SourceFile,
  input: IngestFileInput,
  with_: { context: TaskContext; staged: Staged },
): Promise<void> {
  const { context, staged } = with_;
  const { late } = staged;
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

/** Null = no bound. */
function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
