// Who reported which of the newest periods: the evidence that periods are closed on, in columns, one entry per series.

import {
  type AheadEvidence,
  type Arrival,
  ClosedPeriods,
  type Closing,
  type GroupEvidence,
  groupOf,
  isReport,
  newestUsual,
  ObservationStatus,
  type Project,
  type Reporter,
  wholeProject,
  windowPeriods,
} from '../../core/index.ts';
import type { TailRow } from '../../storage/ports/index.ts';

/** Periods back from the newest row of a series of which it is known whether it has one: two words of bits. */
export const bitsKept = 64;
/** Periods of a group that are counted. */
const countsKept = 2 * windowPeriods;
const none = Number.NEGATIVE_INFINITY;

interface Group {
  readonly members: number[];
  /** Period → series with a row of it; the newest `countsKept` of them. */
  readonly counts: Map<number, number>;
  first: number;
}

/** What a history holds of a series. */
export interface SeriesReports {
  readonly id: string;
  readonly first: number;
  readonly newest: number;
  /** Its newest row that is no part of a period that was not over. */
  readonly whole: number;
  readonly closes: number;
  /** Ages of its rows: bit k of 64 = a row k periods before the newest; low and high word. */
  readonly low: number;
  readonly high: number;
}

export class ReportingTable {
  readonly closed: ClosedPeriods;
  /** Batches up to this one are in. */
  seq = 0;
  /** Ascending: the first row of each period that was later than all before. */
  readonly arrivals: Arrival[] = [];
  readonly #project: Project;
  readonly #index: Map<string, number> = new Map();
  readonly #ids: string[] = [];
  readonly #groupOf: string[] = [];
  readonly #groups: Map<string, Group> = new Map();
  readonly #changed: Set<string> = new Set();
  readonly #first: number[] = [];
  readonly #newest: number[] = [];
  readonly #closes: number[] = [];
  readonly #low: number[] = [];
  readonly #high: number[] = [];

  constructor(project: Project) {
    this.#project = project;
    this.closed = new ClosedPeriods(project);
  }

  /** Takes in what is known of a series from elsewhere, before any row. */
  load({ id, first, newest, whole, closes, low, high }: SeriesReports): void {
    const series = this.#indexOf(id);
    this.#first[series] = first;
    this.#newest[series] = newest;
    this.#closes[series] = closes;
    this.#low[series] = low;
    this.#high[series] = high;
    const group = this.#group(series);
    group.first = Math.min(group.first, first);
    for (let age = 0; age < bitsKept; age++) if (this.#has(series, age)) count(group, newest - age);
    const openFrom = whole < newest ? whole + 1 : undefined;
    this.closed.observe(id, newest, { closesThrough: closes, openFrom });
  }

  observe(row: TailRow): void {
    const { seriesId, period, status, closesThrough = none, openFrom } = row;
    if (status === ObservationStatus.plan) return;
    this.closed.observe(seriesId, isReport(status) ? period : none, { closesThrough, openFrom });
    const series = this.#indexOf(seriesId);
    if (closesThrough > (this.#closes[series] as number)) this.#closes[series] = closesThrough;
    this.#changed.add(this.#groupOf[series] as string);
    if (status === ObservationStatus.withdrawn) this.#takeBack(series, period);
    if (!isReport(status)) return;
    const group = this.#group(series);
    this.#first[series] = Math.min(this.#first[series] as number, period);
    group.first = Math.min(group.first, period);
    if (this.#mark(series, period)) count(group, period);
    // A part of a period has not come as late as its end.
    const arrived = Math.min(period, (openFrom ?? Number.POSITIVE_INFINITY) - 1);
    if (arrived > (this.arrivals.at(-1)?.period ?? none))
      this.arrivals.push({ period: arrived, at: row.knownAt });
  }

  #takeBack(series: number, period: number): void {
    const age = (this.#newest[series] as number) - period;
    if (!this.#has(series, age)) return;
    const { counts } = this.#group(series);
    const left = (counts.get(period) ?? 1) - 1;
    // A period that nobody reports has not begun.
    if (left > 0) counts.set(period, left);
    else counts.delete(period);
    this.#clear(series, age);
    if (age > 0) return;
    // Its newest row is the next older one, of those that are known of.
    let older = 1;
    while (older < bitsKept && !this.#has(series, older)) older += 1;
    const isLeft = older < bitsKept;
    const words: [number, number] = [this.#low[series] as number, this.#high[series] as number];
    [this.#low[series], this.#high[series]] = isLeft ? lowered(words, older) : [0, 0];
    this.#newest[series] = isLeft ? period - older : none;
    this.closed.restate(this.#ids[series] as string, this.#newest[series]);
  }

  close(closing: Closing): void {
    this.closed.close(closing);
    this.#changed.add(closing.group);
    const { projectClock } = this.closed;
    while ((this.arrivals[0]?.period ?? Number.POSITIVE_INFINITY) <= projectClock) this.arrivals.shift();
  }

  /** The groups of which something was heard since the last time this was asked. */
  changedGroups(): string[] {
    const changed = [...this.#changed].filter((group) => this.#groups.has(group));
    this.#changed.clear();
    return changed;
  }

  evidenceOf(name: string): GroupEvidence {
    const group = this.#groups.get(name);
    // Of older periods it is not known who reported them.
    const newest = Math.max(...(group?.counts.keys() ?? []));
    const known = [...(group?.counts ?? [])].filter(([period]) => period > newest - bitsKept);
    return {
      closedThrough: Math.max(this.closed.ofGroup(name), this.closed.projectClock),
      counts: new Map(known),
      reporters: () => this.#reporters(group?.members ?? []),
      laterRowsClose: true,
    };
  }

  /** The groups as reporters of the project: one has reported a period when it is closed for it. */
  projectEvidence(): GroupEvidence {
    const counts = new Map<number, number>();
    for (const group of this.#groups.values())
      for (const period of group.counts.keys()) counts.set(period, 1 + (counts.get(period) ?? 0));
    const newest = [...counts.keys()].sort((a, b) => b - a);
    for (const old of newest.slice(countsKept)) counts.delete(old);
    return {
      closedThrough: this.closed.projectClock,
      counts,
      reporters: () => this.#groupReporters(),
      laterRowsClose: false,
    };
  }

  has(seriesId: string): boolean {
    return this.#index.has(seriesId);
  }

  seriesIds(): Iterable<string> {
    return this.#index.keys();
  }

  /** What rows that are far ahead are measured by; `known` null without any row. */
  ahead(): AheadEvidence {
    const counts = new Map<number, number>();
    for (const group of this.#groups.values())
      for (const [period, reporters] of group.counts)
        counts.set(period, reporters + (counts.get(period) ?? 0));
    const { newest, reportersMin } = newestUsual(counts);
    const known = Math.max(this.closed.projectClock, newest);
    return { known: Number.isFinite(known) ? known : null, reportersMin };
  }

  /** True where all series report as one. */
  get isOneGroup(): boolean {
    return this.#groups.size === 0 || (this.#groups.size === 1 && this.#groups.has(wholeProject));
  }

  *#reporters(members: readonly number[]): Iterable<Reporter> {
    // One object for all of them: there may be very many.
    let series = 0;
    const reporter = {
      first: none,
      newest: none,
      closes: none,
      reported: (period: number): boolean => this.#has(series, (this.#newest[series] as number) - period),
    };
    for (series of members) {
      reporter.first = this.#first[series] as number;
      reporter.newest = this.#newest[series] as number;
      reporter.closes = this.#closes[series] as number;
      yield reporter;
    }
  }

  *#groupReporters(): Iterable<Reporter> {
    for (const [name, { first, counts }] of this.#groups) {
      const through = Math.max(this.closed.ofGroup(name), this.closed.projectClock);
      yield { first, newest: through, closes: through, reported: (period) => counts.has(period) };
    }
  }

  #indexOf(id: string): number {
    const known = this.#index.get(id);
    if (known !== undefined) return known;
    const series = this.#index.size;
    this.#index.set(id, series);
    const name = groupOf(id, this.#project);
    this.#ids.push(id);
    this.#groupOf.push(name);
    const group: Group = this.#groups.get(name) ?? {
      members: [],
      counts: new Map(),
      first: Number.POSITIVE_INFINITY,
    };
    this.#groups.set(name, group);
    group.members.push(series);
    this.#first.push(Number.POSITIVE_INFINITY);
    this.#newest.push(none);
    this.#closes.push(none);
    this.#low.push(0);
    this.#high.push(0);
    this.#changed.add(name);
    return series;
  }

  #group(series: number): Group {
    return this.#groups.get(this.#groupOf[series] as string) as Group;
  }

  #has(series: number, age: number): boolean {
    if (age < 0 || age >= bitsKept) return false;
    const word = (age < 32 ? this.#low[series] : this.#high[series]) as number;
    return ((word >>> (age & 31)) & 1) === 1;
  }

  #clear(series: number, age: number): void {
    if (age < 32) this.#low[series] = (this.#low[series] as number) & ~(1 << age);
    else this.#high[series] = (this.#high[series] as number) & ~(1 << (age - 32));
  }

  /** @returns whether the series had no row of the period before; false too for one that is too old to matter */
  #mark(series: number, period: number): boolean {
    const by = period - (this.#newest[series] as number);
    if (by > 0) {
      this.#newest[series] = period;
      const [low, high] = shifted([this.#low[series] as number, this.#high[series] as number], by);
      this.#low[series] = low | 1;
      this.#high[series] = high;
      return true;
    }
    const age = -by;
    if (age >= bitsKept || this.#has(series, age)) return false;
    if (age < 32) this.#low[series] = (this.#low[series] as number) | (1 << age);
    else this.#high[series] = (this.#high[series] as number) | (1 << (age - 32));
    return true;
  }
}

function count({ counts }: Group, period: number): void {
  counts.set(period, 1 + (counts.get(period) ?? 0));
  if (counts.size <= 2 * countsKept) return;
  const newest = [...counts.keys()].sort((a, b) => b - a);
  for (const old of newest.slice(countsKept)) counts.delete(old);
}

/** Two words of bits, the low one first, moved up. */
function shifted([low, high]: readonly [number, number], by: number): [number, number] {
  if (by >= bitsKept) return [0, 0];
  if (by >= 32) return [0, low << (by - 32)];
  return [low << by, (high << by) | (low >>> (32 - by))];
}

/** Two words of bits, the low one first, moved down. What comes in is not known of: it counts as reported, which waits longer. */
function lowered([low, high]: readonly [number, number], by: number): [number, number] {
  const all = ~0;
  if (by < 32) return [(low >>> by) | (high << (32 - by)), (high >>> by) | (all << (32 - by))];
  return [(high >>> (by - 32)) | (by === 32 ? 0 : all << (64 - by)), all];
}
