// What must be true of the data, worked out from what was sent and from nothing that the product computed: the demand
// that is known of each series and period, and which periods are closed. A period p of a series is closed when
//   (a) the series itself has an accepted row at p or later, or
//   (b) the sender said so, or
//   (c) later demand of its group has begun, and the group's usual reporters have come, or
//   (d) the allowed lateness has passed on the clock since p began to be reported.
// Otherwise nobody knows what was sold, and least of all zero.

import type { SentRow } from './rows.ts';
import { groupOf, type SimProject, type SimSeries } from './world.ts';

/** Demand in units; or why there is none. */
export type Truth = number | 'missing' | 'refused' | 'open' | 'unreported';

/** A batch that was sent; `seq` once it is known to have landed. */
export interface SentBatch {
  readonly key: string;
  readonly rows: readonly SentRow[];
  readonly sentAt: number;
  readonly closedThrough: number | null;
  seq: number | null;
}

/** Of the series that reported lately this share must have come before a period can be closed for the others. */
const usualShareMin = 0.5;
const usualPeriods = 8;

/** The data of one project. */
export class Oracle {
  readonly sim: SimProject;
  readonly batches: SentBatch[] = [];
  /** Cleared with every change of what was sent. */
  #newest: Map<string, number> | undefined;

  constructor(sim: SimProject) {
    this.sim = sim;
  }

  send(batch: SentBatch): void {
    this.batches.push(batch);
    this.#newest = undefined;
  }

  landed(): SentBatch[] {
    return this.batches
      .filter(({ seq }) => seq !== null)
      .sort((a, b) => (a.seq as number) - (b.seq as number));
  }

  /** Accepted values by `series period`, of batches up to a sequence number: NaN = the sender does not know. */
  accepted(seqMax: number = Number.POSITIVE_INFINITY): Map<string, number> {
    const values = new Map<string, number>();
    for (const { rows, seq } of this.landed()) {
      if ((seq as number) > seqMax) break;
      for (const { series, period, kind, units } of rows)
        if (isAccepted(kind)) values.set(`${series.id} ${period}`, kind === 'null' ? Number.NaN : units);
    }
    return values;
  }

  /** The demand of a series and period, from batches that have landed. */
  truth(series: SimSeries, period: number, accepted: ReadonlyMap<string, number>): Truth {
    const value = accepted.get(`${series.id} ${period}`);
    if (value !== undefined) return Number.isNaN(value) ? 'missing' : value;
    if (this.#isRefused(series, period)) return 'refused';
    if (this.closedAtMost(series) < period) return 'open';
    return this.sim.project.gaps === 'zero' ? 0 : 'unreported';
  }

  /** A row came for it that could not be believed. */
  #isRefused(series: SimSeries, period: number): boolean {
    return this.batches.some(({ rows }) =>
      rows.some((row) => row.series.id === series.id && row.period === period && hasReadablePeriod(row)),
    );
  }

  /** The last period of a series that may be taken as closed, by any of the rules. −∞ before its first row. */
  closedAtMost(series: SimSeries): number {
    const own = this.#newestOf().get(series.id) ?? Number.NEGATIVE_INFINITY;
    const said = Math.max(...this.batches.map((batch) => batch.closedThrough ?? Number.NEGATIVE_INFINITY));
    return Math.max(own, said, this.#groupClosedAtMost(groupOf(this.sim, series)));
  }

  /** The last period that some of the group are past, and enough of those who reported lately have reached. */
  #groupClosedAtMost(group: string): number {
    const newest = this.sim.series
      .filter((series) => groupOf(this.sim, series) === group)
      .map(({ id }) => this.#newestOf().get(id) ?? Number.NEGATIVE_INFINITY);
    const last = Math.max(...newest);
    if (!Number.isFinite(last)) return last;
    const usual = newest.filter((period) => period > last - usualPeriods);
    let closed = last - 1;
    for (; closed > last - usualPeriods; closed--) {
      const come = usual.filter((period) => period >= closed).length;
      if (come >= usualShareMin * usual.length) break;
    }
    return closed;
  }

  /** Newest period with a row that is accepted, or will be when it lands. */
  #newestOf(): ReadonlyMap<string, number> {
    if (this.#newest !== undefined) return this.#newest;
    const newest = new Map<string, number>();
    for (const { rows } of this.batches)
      for (const { series, period, kind } of rows)
        if (isAccepted(kind)) newest.set(series.id, Math.max(period, newest.get(series.id) ?? period));
    this.#newest = newest;
    return newest;
  }

  /** The last period that every series that still sells has reported: closed by whatever rule. */
  closedForAll(): number {
    const { series, to } = this.sim;
    const living = series.filter((one) => one.to === to && this.#newestOf().has(one.id));
    return Math.min(...living.map(({ id }) => this.#newestOf().get(id) as number));
  }

  /** First period with demand. */
  firstPeriod(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { rows } of this.landed())
      for (const { period, kind } of rows) if (isAccepted(kind)) first = Math.min(first, period);
    return first;
  }
}

/** Does it become an observation? */
export function isAccepted(kind: SentRow['kind']): boolean {
  return kind === 'plain' || kind === 'null';
}

function hasReadablePeriod({ kind }: SentRow): boolean {
  return !isAccepted(kind) && kind !== 'far-ahead';
}
