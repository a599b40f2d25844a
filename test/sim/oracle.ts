// What must be true of the data, worked out from what was sent and from nothing that the product computed: the demand
// that is known of each series and period, and which periods may be closed. A period p of a series is closed when
//   (a) the series itself has an accepted row at p or later; one that came while its period lasted, where rows add up or periods are
//       weeks, speaks for those before it, or
//   (b) the sender said so, or
//   (c) later demand of its group has begun, and the group's usual reporters have come (`closing-oracle.ts`), or
//   (d) the allowed lateness has passed since p ended and since somebody reported p or later.
// Otherwise nobody knows what was sold, and least of all zero.

import { defaultLatenessHours } from '../../src/core/index.ts';
import { groupClosedThrough, projectClosedThrough } from './closing-oracle.ts';
import { conflictUnits, type SentRow } from './rows.ts';
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
  landedAt: number | null;
}

const none = Number.NEGATIVE_INFINITY;
const hourMs = 3_600_000;
/** A day begins as much earlier or later in the zones that are drawn. */
const zoneMs = { early: 2 * hourMs, late: 5 * hourMs };

/** The data of one project. */
export class Oracle {
  readonly sim: SimProject;
  readonly batches: SentBatch[] = [];

  constructor(sim: SimProject) {
    this.sim = sim;
  }

  send(batch: SentBatch): void {
    this.batches.push(batch);
  }

  /** In the order in which they landed; those that were sent up to a moment. */
  landed(until: number = Number.POSITIVE_INFINITY): SentBatch[] {
    return this.batches
      .filter(({ seq, sentAt }) => seq !== null && sentAt <= until)
      .sort((a, b) => (a.seq as number) - (b.seq as number));
  }

  /** Accepted values by `series period`: NaN = the sender does not know. */
  accepted(): Map<string, number> {
    const values = new Map<string, number>();
    const isSum = this.sim.project.conflicts === 'sum';
    // A sum waits for rows that were refused and may be demand.
    const waiting = new Set<string>();
    for (const { rows } of this.landed())
      for (const row of rows) {
        const key = `${row.series.id} ${row.period}`;
        if (!isAccepted(this.sim, row)) {
          if (isSum && row.kind !== 'no-target' && row.kind !== 'far-ahead') waiting.add(key);
          continue;
        }
        const value = saidBy(this.sim, row);
        // Parts add up; one that nobody knows adds nothing to those that are known.
        const before = isSum ? (values.get(key) ?? Number.NaN) : Number.NaN;
        values.set(key, Number.isNaN(before) ? value : before + (Number.isNaN(value) ? 0 : value));
      }
    for (const key of waiting) if (values.has(key)) values.set(key, Number.NaN);
    return values;
  }

  /** Did a series surely bring a value of a period that was over when it came? */
  hasWhole({ id }: SimSeries): boolean {
    return this.landed().some(({ rows, sentAt }) =>
      this.#words(rows).some(
        (row) =>
          row.series.id === id &&
          !Number.isNaN(saidBy(this.sim, row)) &&
          wholeThrough(this.sim, row.period, sentAt - zoneMs.late) === row.period,
      ),
    );
  }

  /** What is known at a moment, from batches that have landed. */
  knowledge(now: number): Knowledge {
    return new Knowledge(this, now);
  }

  /**
   * The newest period that must be closed for the whole project by now: everybody's clock says that it ended long enough ago,
   * and a row as late as it landed as long ago. −∞ when none must.
   */
  closedAtLeast(now: number): number {
    const latenessMs = latenessOf(this.sim);
    const waited = this.landed().filter(({ landedAt }) => (landedAt as number) + latenessMs <= now);
    const arrived = Math.max(
      none,
      ...waited.flatMap(({ rows, sentAt }) =>
        this.#words(rows).map(({ period }) => wholeThrough(this.sim, period, sentAt - zoneMs.late)),
      ),
    );
    const ended = endedThrough(this.sim, now - latenessMs - zoneMs.late);
    return Math.min(arrived, ended);
  }

  /** First period with demand. */
  firstPeriod(): number {
    const periods = this.landed().flatMap(({ rows }) => this.#words(rows).map(({ period }) => period));
    return Math.min(...periods);
  }

  #words(rows: readonly SentRow[]): SentRow[] {
    return rows.filter((row) => isAccepted(this.sim, row));
  }
}

/** What was known at one moment. */
export class Knowledge {
  readonly #oracle: Oracle;
  readonly #accepted: Map<string, number>;
  readonly #newest: Map<string, number> = new Map();
  readonly #groups: Map<string, number> = new Map();
  readonly #refused: Set<string> = new Set();
  /** By any of the rules that hold for all series. */
  #everybody = none;

  constructor(oracle: Oracle, now: number) {
    this.#oracle = oracle;
    this.#accepted = oracle.accepted();
    const { sim } = oracle;
    const latenessMs = latenessOf(sim);
    const rows: Map<string, Map<string, Set<number>>> = new Map();
    let arrived = none;
    for (const batch of oracle.landed(now)) {
      this.#everybody = Math.max(this.#everybody, batch.closedThrough ?? none);
      for (const row of batch.rows) {
        const { series, period } = row;
        if (!isAccepted(sim, row)) {
          if (row.kind !== 'far-ahead') this.#refused.add(`${series.id} ${period}`);
          continue;
        }
        const whole = wholeThrough(sim, period, (batch.landedAt ?? now) + zoneMs.early);
        this.#newest.set(series.id, Math.max(whole, this.#newest.get(series.id) ?? none));
        if (batch.sentAt + latenessMs <= now) arrived = Math.max(arrived, whole);
        const group = rows.get(groupOf(sim, series)) ?? new Map<string, Set<number>>();
        rows.set(groupOf(sim, series), group);
        group.set(series.id, (group.get(series.id) ?? new Set()).add(period));
      }
      // A period that was closed stays closed, whatever comes later.
      for (const [name, group] of rows)
        this.#groups.set(name, Math.max(this.#groups.get(name) ?? none, groupClosedThrough(group)));
      const groups = [...rows].map(([name, group]) => ({
        rows: group,
        closed: Math.max(this.#groups.get(name) ?? none, this.#everybody),
      }));
      this.#everybody = Math.max(this.#everybody, projectClosedThrough(groups));
    }
    const late = Math.min(arrived, endedThrough(sim, now - latenessMs + zoneMs.early));
    this.#everybody = Math.max(this.#everybody, late);
  }

  /** The last period of a series that may be taken as closed, by any of the rules; −∞ when none is. */
  closedThrough(series: SimSeries): number {
    const group = this.#groups.get(groupOf(this.#oracle.sim, series)) ?? none;
    return Math.max(this.ownNewest(series), group, this.#everybody);
  }

  /** What the newest accepted rows of a series close; −∞ without one. */
  ownNewest({ id }: SimSeries): number {
    return this.#newest.get(id) ?? none;
  }

  /** Did the series have an accepted row of the period? */
  isOwn({ id }: SimSeries, period: number): boolean {
    return this.#accepted.has(`${id} ${period}`);
  }

  truth(series: SimSeries, period: number): Truth {
    const key = `${series.id} ${period}`;
    const value = this.#accepted.get(key);
    if (value !== undefined) return Number.isNaN(value) ? 'missing' : value;
    if (this.#refused.has(key)) return 'refused';
    if (this.closedThrough(series) < period) return 'open';
    return this.#oracle.sim.project.gaps === 'zero' ? 0 : 'unreported';
  }
}

/** The newest period that a row says is over, as it came at a moment. */
function wholeThrough(sim: SimProject, period: number, at: number): number {
  const { conflicts, grid } = sim.project;
  const mayBePart = conflicts === 'sum' || grid.frequency === 'week';
  return mayBePart && period > endedThrough(sim, at) ? period - 1 : period;
}

/** The newest period that had ended at a moment; +∞ where periods do not pass with time. */
function endedThrough({ project, startOf, from, to }: SimProject, at: number): number {
  if (project.grid.frequency === 'step') return Number.POSITIVE_INFINITY;
  const isDays = project.grid.frequency !== 'hour';
  const moment = isDays ? at : Math.floor(at / hourMs) * hourMs;
  let ended = none;
  for (let period = from; period <= to + 20 && startOf(period + 1) <= moment; period++) ended = period;
  return ended;
}

/** Does it become an observation? Rows that contradict each other do where a rule says what they come to. */
export function isAccepted({ project }: SimProject, { kind }: SentRow): boolean {
  return kind === 'plain' || kind === 'null' || (kind === 'conflict' && project.conflicts !== 'quarantine');
}

/** What an accepted row says, by the rule of its project; NaN = that nobody knows. */
function saidBy({ project }: SimProject, { kind, units }: SentRow): number {
  if (kind === 'null') return Number.NaN;
  if (kind !== 'conflict') return units;
  const [first, last] = conflictUnits;
  return project.conflicts === 'sum' ? first + last : last;
}

function latenessOf({ project }: SimProject): number {
  return (project.closing?.latenessHours ?? defaultLatenessHours) * hourMs;
}
