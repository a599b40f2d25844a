// What happens when: uploads of every kind, questions, trouble. Drawn before anything runs, so that the same seed asks the
// same of every version of the product.

import type { Rng } from '../../src/core/index.ts';
import type { RowKind, SentRow } from './rows.ts';
import { demandOf, groupOf, pick, type SimProject, type SimSeries } from './world.ts';

export type Happening =
  | {
      readonly kind: 'upload';
      readonly sim: SimProject;
      readonly rows: readonly SentRow[];
      readonly twice: boolean;
    }
  | { readonly kind: 'ask'; readonly sim: SimProject; readonly series: readonly string[] | null }
  | { readonly kind: 'kill'; readonly process: number; readonly afterCalls: number }
  | {
      readonly kind: 'outage';
      readonly process: number;
      readonly share: number;
      readonly ms: number;
      readonly one: boolean;
    }
  | { readonly kind: 'quiet' };

export interface Scheduled {
  readonly at: number;
  readonly what: Happening;
  /** Milliseconds that everything runs before the next thing happens. */
  readonly runMs: number;
}

export interface ScheduleOptions {
  readonly rng: Rng;
  /** What is wrong with rows that are wrong. */
  readonly badKinds: readonly RowKind[];
}

/** Everything in the order of the clock. */
export function drawSchedule(sims: readonly SimProject[], options: ScheduleOptions): Scheduled[] {
  const all: Scheduled[] = [];
  for (const sim of sims) {
    const add: Add = (at, what, runMs = options.rng.below(1500)) => {
      all.push({ at, what, runMs });
    };
    history(sim, add, options);
    for (let period = sim.live; period <= sim.to; period++) livePeriod(sim, period, add, options);
    closing(sim, add);
  }
  return all.sort((a, b) => a.at - b.at);
}

type Add = (at: number, what: Happening, runMs?: number) => void;

/** What was sold before, in one or two uploads. */
function history(sim: SimProject, add: Add, { rng }: ScheduleOptions): void {
  const rows: SentRow[] = [];
  for (let period = sim.from; period < sim.live; period++) rows.push(...rowsOf(sim, sim.series, period));
  const cut = rng.below(3) === 0 ? rng.below(rows.length) : rows.length;
  const at = sim.startOf(sim.live);
  for (const part of [rows.slice(0, cut), rows.slice(cut)])
    if (part.length > 0) add(at, { kind: 'upload', sim, rows: part, twice: false });
  add(at + 1, { kind: 'quiet' });
}

/** One period: its rows in some number of uploads, questions, and sometimes trouble. */
function livePeriod(sim: SimProject, period: number, add: Add, options: ScheduleOptions): void {
  const { rng } = options;
  const [start, end] = [sim.startOf(period), sim.startOf(period + 1)];
  const length = end - start;
  if (rng.below(6) === 0) {
    pinch(sim, period, add, rng);
    return;
  }
  farAhead(sim, period, add, options);
  for (const rows of uploads(sim, period, rng)) {
    const late = rng.uniform() < 0.12 ? 1 + 2 * rng.uniform() : 0.8 * rng.uniform();
    const at = Math.floor(end + late * length);
    const { now, later } = spoiled(sim, rows, options);
    add(at, { kind: 'upload', sim, rows: now, twice: rng.below(10) === 0 });
    for (const row of later)
      add(at + Math.floor((0.2 + rng.uniform()) * length), {
        kind: 'upload',
        sim,
        rows: [row],
        twice: false,
      });
  }
  for (let asks = rng.below(4); asks > 0; asks--) {
    const some = sim.series.filter(() => rng.below(3) === 0).map(({ id }) => id);
    const series = some.length === 0 || rng.below(2) === 0 ? null : some;
    add(Math.floor(start + rng.uniform() * length), { kind: 'ask', sim, series });
  }
  trouble(start, length, add, rng);
  if (rng.below(3) === 0) add(Math.floor(start + rng.uniform() * length), { kind: 'quiet' });
}

/** A whole period comes just when the store fails those who follow, and nothing comes after it. */
function pinch(sim: SimProject, period: number, add: Add, rng: Rng): void {
  const at = sim.startOf(period + 1);
  const rows = rowsOf(sim, sim.series, period);
  if (rows.length > 0) add(at, { kind: 'upload', sim, rows, twice: false }, 0);
  const [ms, one] = [400 + rng.below(2000), rng.below(2) === 0];
  const share = one ? 1 : pick(rng, [0.15, 0.3, 0.5]);
  add(at, { kind: 'outage', process: 0, share, ms, one }, ms);
  add(at + 1, { kind: 'quiet' });
}

/** A device whose clock is far off says one thing. */
function farAhead(sim: SimProject, period: number, add: Add, { rng, badKinds }: ScheduleOptions): void {
  if (!badKinds.includes('far-ahead') || rng.below(15) !== 0) return;
  const row = { series: pick(rng, sim.series), period, kind: 'far-ahead' as const, units: 9 };
  add(sim.startOf(period + 1), { kind: 'upload', sim, rows: [row], twice: false });
}

function trouble(start: number, length: number, add: Add, rng: Rng): void {
  const sometime = (): number => Math.floor(start + rng.uniform() * length);
  if (rng.below(4) === 0) add(sometime(), { kind: 'kill', process: rng.below(2), afterCalls: rng.below(60) });
  if (rng.below(4) === 0) {
    const share = pick(rng, [0.1, 0.3, 1]);
    add(sometime(), { kind: 'outage', process: rng.below(2), share, ms: 200 + rng.below(3000), one: false });
  }
}

/** The rows of a period as they come: whole, site by site, or row by row. */
function uploads(sim: SimProject, period: number, rng: Rng): SentRow[][] {
  const rows = rowsOf(sim, sim.series, period);
  const how = rng.below(4);
  if (how === 0) return rows.length === 0 ? [] : [rows];
  const parts = new Map<string, SentRow[]>();
  for (const row of rows) {
    const key = how === 1 ? row.series.id : groupOf(sim, row.series) || String(rng.below(3));
    parts.set(key, [...(parts.get(key) ?? []), row]);
  }
  return [...parts.values()];
}

/** Some rows go wrong on their way; what was meant comes later, or never. */
function spoiled(
  sim: SimProject,
  rows: readonly SentRow[],
  { rng, badKinds }: ScheduleOptions,
): { now: SentRow[]; later: SentRow[] } {
  const later: SentRow[] = [];
  const now = rows.map((row) => {
    if (badKinds.length > 0 && rng.uniform() < 0.06) {
      if (rng.below(2) === 0) later.push(row);
      return { ...row, kind: possible(sim, row, pick(rng, badKinds)) };
    }
    if (rng.uniform() < 0.05) later.push({ ...row, units: row.units + 1 + rng.below(20) });
    if (rng.uniform() < 0.03) later.push({ ...row, kind: 'null' as const });
    return row;
  });
  // A body in which no row has the field is refused as a whole, and leaves nothing to look at.
  const isFieldThere = now.some(({ kind }) => kind !== 'no-target');
  const sent = isFieldThere ? now : now.map((row) => ({ ...row, kind: 'bad-cell' as const }));
  return { now: sent, later };
}

/** What is usual is known of series with a history alone, and looked at in some projects. */
function possible({ project, from }: SimProject, { series }: SentRow, kind: RowKind): RowKind {
  const isUsualKnown = project.contract.unitJumpFactor > 0 && series.from === from && series.density === 1;
  return kind === 'unit-jump' && !isUsualKnown ? 'bad-cell' : kind;
}

/** A row for each series that sells: also where nothing was sold, unless no row says that. */
export function rowsOf(sim: SimProject, series: readonly SimSeries[], period: number): SentRow[] {
  return series
    .filter(({ from, to }) => from <= period && period <= to)
    .map((one) => ({ series: one, period, kind: 'plain' as const, units: demandOf(sim, one, period) }))
    .filter(({ units }) => units > 0 || sim.project.gaps !== 'zero');
}

/** At the end every series that still sells says so of two more periods: now all before is closed. */
function closing(sim: SimProject, add: Add): void {
  const living = sim.series.filter(({ to }) => to === sim.to);
  const units = 3;
  for (const period of [sim.to + 1, sim.to + 2]) {
    const rows = living.map((series) => ({ series, period, kind: 'plain' as const, units }));
    add(sim.startOf(period + 4), { kind: 'upload', sim, rows, twice: false });
  }
  add(sim.startOf(sim.to + 6) + 1, { kind: 'quiet' });
}
