// A small batch, held whole: bytes of an HTTP body through the same rules as a file, without a worker and without the
// platform, so that an exported model reads a file in a browser as the server would.

import {
  AppError,
  assert,
  type BatchShare,
  defaultDialect,
  isAppError,
  ObservationStatus,
  type Project,
} from '../../../core/index.ts';
import type { AttributeRow, ObservationRow } from '../../../storage/ports/index.ts';
import { type AheadRule, farAheadOf } from './ahead-rule.ts';
import { AttributeCollector } from './attribute-collector.ts';
import type { CovariateRules } from './covariate-rules.ts';
import { findCsvForm } from './csv-form.ts';
import { CsvRows } from './csv-rows.ts';
import { badEncoding, badUtf8At, encodingOf, isUtf8Instead, lineAt, Utf8Stream } from './decode-text.ts';
import type { CheckedBody } from './ingest-result.ts';
import { JsonArrayRows, NdjsonRows } from './json-rows.ts';
import { withLeaveOut } from './leave-out.ts';
import { fieldsInFiles, withWords } from './mapped-rows.ts';
import { periodNames } from './parse-time.ts';
import { PeriodRules, type SeriesHigh } from './period-rules.ts';
import { observationFields, type RawRow, type RowFields, type RowReader, type RowSink } from './raw-row.ts';
import { type LateCode, RowIntake } from './row-intake.ts';
import { type HeldBy, heldBy, UnitCheck, type UnitCheckOptions, type UnitsFound } from './unit-check.ts';
import { withPeriodColumns } from './wide-rows.ts';

export type BodyFormat = 'json' | 'ndjson' | 'csv';

export interface CheckBodyOptions {
  readonly project: Project;
  readonly format: BodyFormat;
  /** For messages. */
  readonly name: string;
  /** UTC milliseconds. */
  readonly now: number;
  /** Recent highs by series id, from the history before this batch. */
  readonly highs: ReadonlyMap<string, SeriesHigh>;
  /** The newest period of which the project has an observation; null without any. */
  readonly lastObserved?: number | null;
  /** Rows of many senders (JSON and NDJSON): each is judged alone, also where no row has a column. */
  readonly mixed?: boolean;
  /** What is known of the project, to tell rows that are too far ahead; absent = none is. */
  readonly ahead?: AheadRule;
  /** Where rows in another unit are held back: what is known of series. Absent = nothing is looked for. */
  readonly units?: UnitCheckOptions | undefined;
  /** A body without a row is none of which nothing lands, instead of an error. Default false. */
  readonly mayBeEmpty?: boolean;
  /** Also say what each row came to. Default false. */
  readonly traced?: boolean;
}

/** What is kept of a row that breaks a rule, beside its series and period: that there was one. */
const refusedRow = {
  instant: 0,
  status: ObservationStatus.refused,
  cells: null,
  silent: false,
} as const;

/** Rows that are wrong only beside others, by their number. */
type Late = Map<number, { code: LateCode; usual: number }>;

interface GoodRow {
  row: number;
  series: number;
  period: number;
  instant: number;
  value: number;
  status: ObservationRow['status'];
  cells: Float64Array | null;
  silent: boolean;
}

/**
 * Parses and checks a body. Good rows come back sorted, one per series and period; the rest as quarantine lines.
 * @throws AppError `data/*` when the body as a whole cannot be read
 * Cost: about a microsecond per row and O(rows) memory: meant for bodies up to some thousands of rows.
 */
export function checkBody(bytes: Uint8Array, options: CheckBodyOptions): CheckedBody {
  if (bytes.length === 0) {
    if (options.mayBeEmpty) return nothing;
    throw new AppError('data/no-rows', `${options.name} is empty`);
  }
  const text = utf8Of(bytes, options);
  const good: GoodRow[] = [];
  const lines: string[] = [];
  const intake = new RowIntake({
    project: options.project,
    now: options.now,
    highs: options.highs,
    onGood: (row, { series, period, instant, value, status, silent, cells }) => {
      const kept = cells.length === 0 ? null : cells.slice();
      good.push({ row, series, period, instant, value, status, silent, cells: kept });
    },
    onRefused: (row, series, period, isDemand) =>
      good.push({ ...refusedRow, row, series, period, value: isDemand ? 0 : Number.NaN }),
    onQuarantine: (line) => lines.push(line),
  });
  const fields = observationFields(options.project.columns);
  try {
    readBody(text, { ...options, fields, sink: intake.sink });
    // Rows of many senders say nothing about each other.
    if (options.mixed !== true) intake.rules.refuseAmbiguous(options.name);
  } catch (error) {
    if (options.mayBeEmpty && isAppError(error, 'data/no-rows')) return nothing;
    throw error;
  }
  const late: Late = new Map();
  const { series, covariates } = intake.rules;
  const near = withoutFar(good, { ...options, ids: series.ids, late });
  const of = { ...options, ids: series.ids, covariates, late };
  let settled = settle(near, of);
  const units = unitsOf(settled.observations, options.units);
  if (units !== null && units.held.length > 0) settled = settle(near, { ...of, heldBy: heldBy(units.held) });
  if (late.size > 0) {
    const sink = (raw: RawRow): void => {
      const found = late.get(raw.number);
      if (found !== undefined) intake.quarantineLate(raw, found.code, found.usual);
    };
    readBody(text, { ...options, fields, sink });
  }
  assert(
    settled.accepted + settled.duplicates + intake.quarantined === intake.rows,
    `every row of ${options.name} is accepted, a duplicate or quarantined`,
  );
  const periods = settled.observations.filter(({ status }) => saysDemand(status)).map((row) => row.period);
  return {
    rows: intake.rows,
    accepted: settled.accepted,
    plans: settled.plans,
    duplicates: settled.duplicates,
    quarantined: intake.quarantined,
    quarantinedByCode: { ...intake.byCode },
    periodMin: periods.length === 0 ? null : periods.reduce((a, b) => Math.min(a, b)),
    periodMax: periods.length === 0 ? null : periods.reduce((a, b) => Math.max(a, b)),
    problems: intake.samples,
    ...intake.contractResults(),
    ...(units ?? {}),
    observations: settled.observations,
    attributes: settled.attributes,
    quarantine: lines.length === 0 ? null : new TextEncoder().encode(`${lines.join('\n')}\n`),
    ...(options.traced === true
      ? { words: wordsByRow(near, { ids: series.ids, late, isSum: options.project.conflicts === 'sum' }) }
      : {}),
  };
}

/** What each row says by itself, by its number; one that was refused says nothing, but of a sum that it is waited for. */
function wordsByRow(
  good: readonly GoodRow[],
  { ids, late, isSum }: { ids: readonly string[]; late: Late; isSum: boolean },
): Map<number, ObservationRow> {
  const { refused } = ObservationStatus;
  const words = new Map<number, ObservationRow>();
  for (const { row, series, period, value, status } of good) {
    const isRefused = status === refused || late.has(row);
    const said = { seriesId: ids[series] ?? '', period };
    if (!isRefused) words.set(row, { ...said, value, status });
    else if (isSum && !Number.isNaN(value)) words.set(row, { ...said, value: Number.NaN, status: refused });
  }
  return words;
}

const nothing: CheckedBody = {
  rows: 0,
  accepted: 0,
  plans: 0,
  duplicates: 0,
  quarantined: 0,
  quarantinedByCode: {},
  periodMin: null,
  periodMax: null,
  problems: [],
  observations: [],
  attributes: [],
  quarantine: null,
};

/** The text of a body in UTF-8; JSON is that already. @throws AppError `data/bad-encoding` */
function utf8Of(
  bytes: Uint8Array,
  { format, name, project }: Pick<CheckBodyOptions, 'format' | 'name' | 'project'>,
): Uint8Array {
  const encoding = format === 'csv' ? encodingOf(bytes, project.dialect?.encoding ?? null) : 'utf-8';
  let text = bytes;
  if (isUtf8Instead(bytes, encoding))
    throw new AppError('data/bad-encoding', `${name} is UTF-8, and dialect.encoding says ${encoding}`);
  if (encoding === 'utf-8') {
    const at = badUtf8At(bytes);
    if (at >= 0) {
      const found = { byte: bytes[at] ?? 0, line: lineAt(bytes, at), isUtf16: false };
      throw new AppError('data/bad-encoding', badEncoding(name, found));
    }
  } else
    try {
      const stream = new Utf8Stream(encoding);
      text = stream.push(bytes);
      stream.end();
    } catch (cause) {
      throw new AppError('data/bad-encoding', `${name} is not ${encoding} text`, { cause });
    }
  const nul = text.indexOf(0);
  if (nul < 0) return text;
  throw new AppError('data/bad-encoding', `${name} holds a NUL byte at offset ${nul}`);
}

/** Hands the rows of a body to `sink`. @throws AppError `data/*` when the body as a whole cannot be read */
export function readBody(
  bytes: Uint8Array,
  options: {
    format: BodyFormat;
    name: string;
    fields: RowFields;
    sink: RowSink;
    mixed?: boolean;
    project: Project;
  },
): void {
  const { name, mixed = false, project } = options;
  const { dialect = defaultDialect } = project;
  const form = options.format === 'csv' ? findCsvForm(bytes.subarray(0, 1024 ** 2), dialect) : null;
  const called = fieldsInFiles(options.fields, dialect.mapped);
  const long =
    form === null
      ? { fields: called, sink: options.sink }
      : withPeriodColumns(
          called,
          { columns: form.columns, isPeriod: periodNames(project), pattern: dialect.periodColumns },
          options.sink,
        );
  const { fields, sink } = withLeaveOut(long.fields, dialect.leaveOut, long.sink);
  const given = { name, mixed, fields, sink: withWords(options.fields, dialect.mapped, sink) };
  let reader: RowReader;
  switch (options.format) {
    case 'csv':
      reader = new CsvRows({ ...given, head: form ?? bytes, settings: dialect });
      break;
    case 'ndjson':
      reader = new NdjsonRows(given);
      break;
    case 'json':
      reader = new JsonArrayRows(given);
  }
  reader.push(bytes);
  reader.end();
}

function unitsOf(
  observations: readonly ObservationRow[],
  options: UnitCheckOptions | undefined,
): UnitsFound | null {
  if (options === undefined) return null;
  const check = new UnitCheck(options);
  for (const { seriesId, period, value, status } of observations)
    if (status === ObservationStatus.observed) check.add(seriesId, period, value);
  return check.end();
}

/** Takes out what is too far ahead of the project. */
function withoutFar(
  good: GoodRow[],
  options: CheckBodyOptions & { ids: readonly string[]; late: Late },
): GoodRow[] {
  const { ahead, ids, late } = options;
  if (ahead === undefined) return good;
  const said = good.filter(({ status }) => saysDemand(status));
  const periods = said.map(({ period }) => period).sort((a, b) => a - b);
  const far = farAheadOf(ahead, periods, (from) => shareOf(said, { from, ids, ahead }));
  if (far === null) return good;
  // What a sum waits for leaves a mark, which moves nothing.
  const isSum = options.project.conflicts === 'sum';
  return good.flatMap((one) => {
    const { row, period, status } = one;
    if (status === ObservationStatus.plan || period < far.period) return [one];
    if (saysDemand(status)) late.set(row, { code: 'far-ahead', usual: far.after });
    return isSum ? [{ ...one, status: ObservationStatus.refused, cells: null }] : [];
  });
}

function shareOf(
  said: readonly GoodRow[],
  of: { from: number; ids: readonly string[]; ahead: AheadRule },
): BatchShare {
  const rows = said.filter(({ period }) => period >= of.from);
  const series = new Set(rows.map((row) => row.series));
  return {
    rows: rows.length,
    series: series.size,
    knownSeries: [...series].filter((one) => of.ahead.isKnown(of.ids[one] ?? '')).length,
    rowsOfAll: said.length,
    seriesOfAll: new Set(said.map((row) => row.series)).size,
  };
}

/** An accepted row of the history: no plan, and not refused. */
function saysDemand(status: ObservationRow['status']): boolean {
  return status !== ObservationStatus.plan && status !== ObservationStatus.refused;
}

function settle(
  good: GoodRow[],
  options: CheckBodyOptions & {
    ids: readonly string[];
    covariates: CovariateRules;
    late: Late;
    heldBy?: HeldBy;
  },
): {
  observations: ObservationRow[];
  attributes: AttributeRow[];
  accepted: number;
  plans: number;
  duplicates: number;
} {
  const { ids, late, highs, project, covariates } = options;
  const rank = new Int32Array(ids.length);
  ids
    .map((id, series) => ({ id, series }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    .forEach(({ series }, place) => {
      rank[series] = place;
    });
  good.sort(
    (a, b) =>
      (rank[a.series] ?? 0) - (rank[b.series] ?? 0) ||
      a.period - b.period ||
      a.instant - b.instant ||
      a.row - b.row,
  );
  let last = options.lastObserved ?? Number.NEGATIVE_INFINITY;
  for (const row of good) if (saysDemand(row.status) && row.period > last) last = row.period;
  const observations: ObservationRow[] = [];
  const attributes = new AttributeCollector(covariates);
  const rules = new PeriodRules({
    conflicts: project.conflicts,
    unitJumpFactor: project.contract.unitJumpFactor,
    highOf: (series) => highs.get(ids[series] ?? ''),
    heldBy: (series, period) => options.heldBy?.(ids[series] ?? '', period) ?? null,
    onAccept: (series, period, value, status, cells, refused) => {
      const known = cells === null ? undefined : covariates.values(cells, ['known', 'past']);
      const isWaitedFor = refused > 0 && project.conflicts === 'sum';
      const row = {
        seriesId: ids[series] ?? '',
        period,
        value,
        status,
        ...(isWaitedFor ? { refused } : {}),
      };
      observations.push(known === undefined ? row : { ...row, covariates: known });
      attributes.add(series, cells);
    },
    onRefuse: (row, code, usual) => late.set(row, { code, usual }),
  });
  for (const row of good) {
    // What is no later than demand that is known is no plan: its demand is missing.
    if (row.status === ObservationStatus.plan && !row.silent && row.period <= last)
      row.status = ObservationStatus.missing;
    rules.push(row);
  }
  rules.end();
  const { accepted, plans, duplicates } = rules;
  return { observations, attributes: attributes.end(ids), accepted, plans, duplicates };
}
