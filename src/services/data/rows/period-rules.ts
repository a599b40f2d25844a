// The rules that need a row's neighbours: sudden changes of unit, repeated rows, rows that contradict each other.
// Works on rows sorted by series, period, exact time and row number, one pass, one period in memory.

import { type ConflictRule, ObservationStatus } from '../../../core/index.ts';

/** Fewer known values than this say nothing about what is usual. */
const valuesMin = 8;
/** So many periods in a row above the limit are a new level, not a slip of unit. */
const newLevelPeriods = 3;

/** What is known of a series before this batch. */
export interface SeriesHigh {
  /** Largest observed value of the recent past. */
  readonly high: number;
  readonly count: number;
}

export interface PeriodRulesOptions {
  readonly conflicts: ConflictRule;
  /** 0 = off. */
  readonly unitJumpFactor: number;
  readonly highOf: (series: number) => SeriesHigh | undefined;
  /** See `HeldBy` of `unit-check.ts`. Absent = no rows are held back. */
  readonly heldBy?: ((series: number, period: number) => number | null) | undefined;
  /**
   * Called once per series and period, ascending; `cells` are the covariates, null without any. With status `refused` for a
   * period whose rows were all refused, here or before: such a row is not counted. `refused` is how many rows of the period were
   * refused that may be demand.
   */
  readonly onAccept: (
    series: number,
    period: number,
    value: number,
    status: ObservationStatus,
    cells: Float64Array | null,
    refused: number,
  ) => void;
  /** `usual` is the recent high that a unit jump was measured against, or the factor of another unit; NaN otherwise. */
  readonly onRefuse: (row: number, code: 'unit-jump' | 'unit-change' | 'conflict', usual: number) => void;
}

interface Member {
  row: number;
  instant: number;
  /** Of a row that was refused before: NaN = it cannot be demand. */
  value: number;
  status: ObservationStatus;
  /** Covariates, NaN = unknown; kept as it is. Absent or null = none. */
  cells?: Float64Array | null;
}

export class PeriodRules {
  /** Rows that landed; rows added into one period by rule `sum` count each. */
  accepted = 0;
  /** Rows that repeated, or gave way to, another row of their period. */
  duplicates = 0;
  /** Of the accepted: rows that only say what is known ahead. */
  plans = 0;
  readonly #options: PeriodRulesOptions;
  /** Of the period under way; most have one row, which is kept beside. */
  readonly #first: Member = { row: 0, instant: 0, value: 0, status: ObservationStatus.missing, cells: null };
  readonly #others: Member[] = [];
  #isBegun = false;
  #series = -1;
  #period = 0;
  #high = 0;
  #count = 0;
  #jumpPeriods = 0;
  #jumpHigh = 0;
  /** Of the period under way. */
  #refused = 0;

  constructor(options: PeriodRulesOptions) {
    this.#options = options;
  }

  /** @param row may be used again by the caller, but for its cells */
  push(row: Member & { series: number; period: number }): void {
    const { instant, value, status, cells = null } = row;
    if (this.#isBegun && row.series === this.#series && row.period === this.#period) {
      this.#others.push({ row: row.row, instant, value, status, cells });
      return;
    }
    this.#settle();
    if (row.series !== this.#series) this.#startSeries(row.series);
    this.#period = row.period;
    this.#isBegun = true;
    const first = this.#first;
    first.row = row.row;
    first.instant = instant;
    first.value = value;
    first.status = status;
    first.cells = cells;
  }

  end(): void {
    this.#settle();
    this.#isBegun = false;
  }

  #startSeries(series: number): void {
    const known = this.#options.highOf(series);
    this.#series = series;
    this.#high = known?.high ?? 0;
    this.#count = known?.count ?? 0;
    this.#jumpPeriods = 0;
    this.#jumpHigh = 0;
  }

  #settle(): void {
    if (!this.#isBegun) return;
    const factor = this.#options.heldBy?.(this.#series, this.#period) ?? null;
    if (factor === null && this.#others.length === 0 && this.#isPlain(this.#first)) {
      this.#jumpPeriods = 0;
      this.#jumpHigh = 0;
      this.#accept(this.#first, 1);
      return;
    }
    const all = [{ ...this.#first }, ...this.#others.splice(0)];
    const sent = all.filter(({ status }) => status !== ObservationStatus.refused);
    this.#refused = all.filter(
      ({ status, value }) => status === ObservationStatus.refused && !Number.isNaN(value),
    ).length;
    const members = sent.length === 0 ? sent : this.#withoutJumps(sent);
    if (factor !== null && sent.length > 0) {
      for (const member of members) this.#setAside(member, 'unit-change', factor);
      this.#refuse();
    } else if (members.length > 0) this.#merge(members);
    else this.#refuse();
    this.#refused = 0;
  }

  #setAside({ row, value }: Member, code: 'unit-jump' | 'unit-change' | 'conflict', usual: number): void {
    if (!Number.isNaN(value)) this.#refused += 1;
    this.#options.onRefuse(row, code, usual);
  }

  /** A row that meets no rule when it is alone in its period. */
  #isPlain({ status, value }: Member): boolean {
    return status !== ObservationStatus.refused && !(value > this.#limit());
  }

  /** What is above it is far from what is usual. */
  #limit(): number {
    const factor = this.#options.unitJumpFactor;
    const isKnown = factor > 0 && this.#count >= valuesMin && this.#high > 0;
    return isKnown ? factor * this.#high : Number.POSITIVE_INFINITY;
  }

  #withoutJumps(members: Member[]): Member[] {
    const factor = this.#options.unitJumpFactor;
    if (factor <= 0) return members;
    const limit = this.#limit();
    const usual = members.filter((member) => !(member.value > limit));
    for (const member of members) {
      if (!(member.value > limit)) continue;
      this.#setAside(member, 'unit-jump', this.#high);
      this.#jumpHigh = Math.max(this.#jumpHigh, member.value);
    }
    this.#jumpPeriods = usual.length === 0 ? this.#jumpPeriods + 1 : 0;
    if (this.#jumpPeriods === 0) this.#jumpHigh = 0;
    if (this.#jumpPeriods >= newLevelPeriods) this.#high = this.#jumpHigh;
    return usual;
  }

  /** Rows of one period become one observation, or none when they contradict each other. */
  #merge(members: Member[]): void {
    const known = members.filter(
      ({ status }) => status !== ObservationStatus.missing && status !== ObservationStatus.plan,
    );
    const cells = lastKnown(members);
    const rest = known.length > 0 ? known : members.slice(0, 1);
    this.duplicates += members.length - rest.length;
    const first = rest[0] as Member;
    if (rest.length === 1) {
      this.#accept({ ...first, cells }, 1);
      return;
    }
    switch (this.#options.conflicts) {
      case 'sum':
        this.#accept({ value: sumOf(rest), status: statusOf(rest), cells }, rest.length);
        return;
      case 'last': {
        const last = rest.reduce((a, b) => (b.row > a.row ? b : a));
        this.duplicates += rest.length - 1;
        this.#accept({ ...last, cells }, 1);
        return;
      }
      case 'quarantine':
        if (rest.every((member) => same(member, first))) {
          this.duplicates += rest.length - 1;
          this.#accept({ ...first, cells }, 1);
          return;
        }
        for (const member of rest) this.#setAside(member, 'conflict', Number.NaN);
        this.#refuse();
    }
  }

  /** Nobody knows what is right: the period is unknown. */
  #refuse(): void {
    const { onAccept } = this.#options;
    onAccept(this.#series, this.#period, Number.NaN, ObservationStatus.refused, null, this.#refused);
  }

  #accept(one: Pick<Member, 'value' | 'status' | 'cells'>, rows: number): void {
    const { value, status, cells = null } = one;
    this.accepted += rows;
    if (status === ObservationStatus.plan) this.plans += rows;
    // Only what landed says what is usual: a value refused later must not hide the next slip of unit.
    if (status === ObservationStatus.observed) {
      this.#count += 1;
      if (value > this.#high) this.#high = value;
    }
    this.#options.onAccept(this.#series, this.#period, value, status, cells, this.#refused);
  }
}

/** The covariates of a period's rows: of each column the last value that is known. */
function lastKnown(members: readonly Member[]): Float64Array | null {
  const first = members[0]?.cells ?? null;
  if (first === null || members.length === 1) return first;
  const cells = first.slice();
  for (const member of members)
    for (let i = 0; i < cells.length; i++) {
      const cell = member.cells?.[i] ?? Number.NaN;
      if (!Number.isNaN(cell)) cells[i] = cell;
    }
  return cells;
}

function same(a: Member, b: Member): boolean {
  return a.instant === b.instant && a.status === b.status && Object.is(a.value, b.value);
}

/** A stock-out without a value adds nothing to the sum of the others. */
function sumOf(members: readonly Member[]): number {
  const known = members.filter((member) => !Number.isNaN(member.value));
  return known.length === 0 ? Number.NaN : known.reduce((sum, member) => sum + member.value, 0);
}

/** One stock-out in a period makes the whole period's demand unknown. */
function statusOf(members: readonly Member[]): ObservationStatus {
  const out = members.some((member) => member.status === ObservationStatus.stockout);
  return out ? ObservationStatus.stockout : ObservationStatus.observed;
}
