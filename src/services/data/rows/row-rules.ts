// The rules one row must keep on its own, whatever it came in: series, time, number, contract. Rules that need the other
// rows of the batch or the known history are in `period-rules.ts`.

import {
  type DataContract,
  defaultDialect,
  ObservationStatus,
  type Project,
  periodLabel,
  periodOf,
  seriesIdOf,
} from '../../../core/index.ts';
import { CovariateRules, covariateColumns } from './covariate-rules.ts';
import { decimalOf } from './decimal.ts';
import { type NumberReader, numberHint, numberReader } from './number-reader.ts';
import { type ParsedTime, projectTimes, type TimeReader } from './parse-time.ts';
import type { QuarantineCode } from './quarantine-codes.ts';
import { blankNulls, type RawRow, trimmed } from './raw-row.ts';
import { RepeatedHours } from './repeated-hours.ts';
import { RoundedNumbers } from './rounded-numbers.ts';
import { RowEvidence } from './row-evidence.ts';
import { badSeriesReason, SeriesIndex } from './series-index.ts';
import { TimeZone } from './time-zone.ts';
import { type FlagReader, flagReader } from './yes-no.ts';

/** Beyond this a double no longer holds every integer and no demand is believable. */
const magnitudeMax = 1e15;
/** How far ahead of now plans may lie, in periods. */
export const planPeriodsMax = 1000;

export interface CheckedRow {
  code: QuarantineCode | null;
  reason: string;
  /** Refused, and yet it is plain of which period of which series it would have said the demand: that is unknown now. */
  placed: boolean;
  /** Into `RowRules.series.ids`. */
  series: number;
  period: number;
  /** The exact time, to tell a repeated row from a second event of the period. */
  instant: number;
  /** Units; NaN = unknown. With status `stockout` a lower bound of demand, where given. */
  value: number;
  /** `plan` = a plan if no demand of the project is known as late as this; else, unless it is `silent`, the demand is missing. */
  status: ObservationStatus;
  /** It has no target field: whatever its period, it says nothing of demand. */
  silent: boolean;
  /** One per covariate column: numbers, codes of texts, NaN = unknown. */
  readonly cells: Float64Array;
}

export class RowRules {
  readonly series: SeriesIndex;
  readonly covariates: CovariateRules;
  readonly #project: Project;
  readonly #contract: DataContract;
  readonly #readTime: TimeReader;
  /** Null where no hour of the project comes twice. */
  readonly #repeated: RepeatedHours | null;
  readonly #readNumber: NumberReader;
  readonly #readFlag: FlagReader;
  readonly #nulls: ReadonlySet<string>;
  readonly #evidence: RowEvidence;
  readonly #rounded = new RoundedNumbers();
  readonly #periodMax: number;
  readonly #knownCount: number;
  readonly #planMax: number;
  readonly #row: CheckedRow;

  /** @param now UTC milliseconds: what counts as the future */
  constructor(project: Project, now: number) {
    this.#project = project;
    this.series = new SeriesIndex(project);
    this.#contract = project.contract;
    const { dialect = defaultDialect } = project;
    this.#readTime = projectTimes(project);
    const isLocalHours = project.grid.frequency === 'hour' && !new TimeZone(project.timezone).isUtc;
    this.#repeated = isLocalHours ? new RepeatedHours({ areSales: project.conflicts === 'sum' }) : null;
    this.#readNumber = numberReader(dialect);
    this.#readFlag = flagReader(dialect);
    this.#nulls = new Set(dialect.nulls);
    this.#periodMax = newestPeriod(project, now);
    this.#planMax = this.#periodMax + Math.max(0, planPeriodsMax - this.#contract.futurePeriodsMax);
    this.covariates = new CovariateRules(covariateColumns(project.columns), dialect);
    this.#evidence = new RowEvidence(project, { covariates: this.covariates.columns, hasTarget: true });
    this.#knownCount = project.columns.known?.length ?? 0;
    this.#row = {
      code: null,
      reason: '',
      placed: false,
      silent: false,
      series: 0,
      period: 0,
      instant: 0,
      value: Number.NaN,
      status: ObservationStatus.observed,
      cells: new Float64Array(this.covariates.columns.length).fill(Number.NaN),
    };
  }

  /**
   * To be asked when all rows have been checked, before any lands.
   * @param name of the file or batch, for the message
   * @throws AppError `data/ambiguous-number`, `data/ambiguous-time` when what the cells say depends on how they are read
   */
  refuseAmbiguous(name: string): void {
    this.#evidence.refuseAmbiguous(name);
  }

  /** What to say of numbers that a spreadsheet has rounded; [] where there are none. */
  rounded(): ReturnType<RoundedNumbers['note']> {
    return this.#rounded.note(this.#project.columns.target);
  }

  /** Applies every rule in turn; the first one broken gives the code. The result is reused by the next call. */
  check(raw: RawRow): CheckedRow {
    const row = this.#row;
    row.code = null;
    row.reason = '';
    row.placed = false;
    row.silent = raw.targetAbsent;
    if (raw.problem !== null) return this.#refuseBroken(raw, raw.problem);
    if (this.#nulls.size > 0) blankNulls(raw, this.#nulls);
    this.#evidence.addNumbers(raw);
    if (!this.#checkSeries(raw) || !this.#checkTime(raw)) {
      // When its time comes, a sum of its period lacks it.
      row.placed = row.code === 'future-time' && this.#project.conflicts === 'sum' && !this.#isPlan(raw);
      return row;
    }
    if (this.#checkStockout(raw)) this.#checkTarget(raw);
    if (row.code === null) this.#checkCovariates(raw);
    row.placed = row.code !== null && !this.#isPlan(raw);
    return row;
  }

  /** A broken record may still say of which period of which series it is. */
  #refuseBroken(raw: RawRow, problem: string): CheckedRow {
    const row = this.#row;
    row.placed = raw.readable && this.#checkSeries(raw) && this.#checkTime(raw);
    return this.#refuse(raw.problemCode, problem);
  }

  #refuse(code: QuarantineCode, reason: string): CheckedRow {
    this.#row.code = code;
    this.#row.reason = reason;
    return this.#row;
  }

  #checkSeries(raw: RawRow): boolean {
    const index = this.series.indexOf(raw.series, raw.key);
    this.#row.series = index;
    if (index >= 0) return true;
    if (index === SeriesIndex.empty) {
      const at = Math.max(
        0,
        raw.series.findIndex((part) => part === null || part.trim() === ''),
      );
      this.#refuse('null-series', `column ${quoted(this.#project.columns.series[at] ?? '')} is empty`);
    } else
      this.#refuse(
        'bad-series',
        `the series id ${quoted(seriesIdOf(raw.series.map((part) => part ?? '')))} ${badSeriesReason(raw.series)}`,
      );
    return false;
  }

  #checkTime(raw: RawRow): boolean {
    const { time: column } = this.#project.columns;
    const text = raw.time;
    if (text === null || text === '') {
      this.#refuse('bad-time', `column ${quoted(column)} is empty`);
      return false;
    }
    const parsed = this.#readTime(text);
    const { problem, doubt, hint } = parsed;
    let { period, instant } = parsed;
    if (problem === null && this.#repeated !== null) {
      instant = this.#instantOf(raw.number, parsed, this.#repeated);
      if (Number.isNaN(instant)) {
        const { timezone } = this.#project;
        this.#refuse(
          'bad-time',
          `${quoted(text)} comes twice in ${timezone}, and the rows before it do not show which one it is: write its offset from UTC`,
        );
        return false;
      }
      period = periodOf(this.#project.grid, instant);
    }
    if (doubt !== null) this.#evidence.addTime(doubt, text, raw.number);
    this.#evidence.addDay(text, raw.number);
    const { frequency } = this.#project.grid;
    if (problem === 'nonexistent')
      this.#refuse('nonexistent-time', `${quoted(text)} was skipped in ${this.#project.timezone}`);
    else if (problem === 'out-of-range')
      this.#refuse('time-out-of-range', `${quoted(text)} is not a believable time${hint}`);
    else if (problem === 'unreadable')
      this.#refuse(
        'bad-time',
        `${hint === '' ? '' : `column ${quoted(column)}: `}${quoted(text)} is not a time of frequency ${frequency}${hint}`,
      );
    else {
      const latest = this.#isPlan(raw) ? this.#planMax : this.#periodMax;
      if (period > latest)
        this.#refuse(
          'future-time',
          `${quoted(text)} is later than ${periodLabel(this.#project.grid, latest)}`,
        );
    }
    this.#row.period = period;
    this.#row.instant = instant;
    return this.#row.code === null;
  }

  /** The instant of a row, told by the rows before it where its text names two; NaN when they do not tell. */
  #instantOf(number: number, { instant, again }: ParsedTime, repeated: RepeatedHours): number {
    const { series } = this.#row;
    if (again !== null) return repeated.instantOf({ number, series, first: instant, second: again });
    repeated.note(series, instant);
    return instant;
  }

  /** No target, and something that is known ahead. */
  #isPlan(raw: RawRow): boolean {
    if (this.#knownCount === 0 || (raw.target ?? '').trim() !== '') return false;
    if (raw.stockout !== null && this.#readFlag(raw.stockout) === true) return false;
    for (let i = 0; i < this.#knownCount; i++) if ((raw.extras[i] ?? '').trim() !== '') return true;
    return false;
  }

  #checkCovariates(raw: RawRow): void {
    const row = this.#row;
    if (row.cells.length === 0) return;
    const problem = this.covariates.read(raw.extras, row.cells, raw.extraIsNumber);
    if (problem !== null) this.#refuse('bad-covariate', problem);
    else if (row.status === ObservationStatus.missing && this.#isPlan(raw))
      row.status = ObservationStatus.plan;
  }

  #checkStockout(raw: RawRow): boolean {
    this.#row.status = ObservationStatus.observed;
    if (raw.stockout === null) return true;
    const isOut = this.#readFlag(raw.stockout);
    if (isOut) this.#row.status = ObservationStatus.stockout;
    else if (isOut === null) {
      this.#refuse('bad-flag', `${quoted(raw.stockout)} is neither yes nor no`);
      return false;
    }
    return true;
  }

  #checkTarget(raw: RawRow): void {
    const row = this.#row;
    const text = trimmed(raw.target);
    if (text === '') {
      row.value = Number.NaN;
      if (raw.targetAbsent && row.status !== ObservationStatus.stockout && !this.#isPlan(raw))
        this.#refuse('no-target', `it has no field ${quoted(this.#project.columns.target)}`);
      if (row.status === ObservationStatus.observed) row.status = ObservationStatus.missing;
      return;
    }
    // A zero below zero is a zero: beside another it is no conflict.
    const value = (raw.targetIsNumber ? decimalOf(text) : this.#readNumber(text)) + 0;
    row.value = value;
    if (!raw.targetIsNumber) this.#rounded.add(text);
    const { minValue, maxValue } = this.#contract;
    if (Number.isNaN(value))
      this.#refuse(
        'bad-number',
        `${quoted(text)} is not a number${raw.targetIsNumber ? '' : numberHint(text, this.#project.dialect ?? defaultDialect)}`,
      );
    else if (Math.abs(value) > magnitudeMax)
      this.#refuse('bad-number', `${quoted(text)} is beyond 10^15, past what can be exact`);
    else if (value < 0 && this.#project.nonNegative)
      this.#refuse('negative', `${value} is below zero, and demand here cannot be`);
    else if (minValue !== null && value < minValue)
      this.#refuse('below-min', `${value} is below ${minValue}`);
    else if (maxValue !== null && value > maxValue)
      this.#refuse('above-max', `${value} is above ${maxValue}`);
  }
}

/** The newest period that a row may be of: now, and what the contract allows beyond; +∞ where periods do not pass with time. */
export function newestPeriod({ grid, timezone, contract }: Project, now: number): number {
  if (grid.frequency === 'step') return Number.POSITIVE_INFINITY;
  const local = grid.frequency === 'hour' ? now : new TimeZone(timezone).toLocal(now);
  return periodOf(grid, local) + contract.futurePeriodsMax;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
