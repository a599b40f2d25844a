// The world outside: projects drawn from a seed, and what is really sold in them. Every figure follows from the seed alone.

import { type Project, periodLabel, periodOf, periodStart, Rng, seriesIdOf } from '../../src/core/index.ts';
import { projectLike } from '../fixtures/project.ts';

export interface SimSeries {
  readonly id: string;
  /** One per series column. */
  readonly parts: readonly string[];
  /** First and last period in which it sells. */
  readonly from: number;
  readonly to: number;
  readonly level: number;
  /** Share of periods in which something is sold. */
  readonly density: number;
}

export interface SimProject {
  readonly project: Project;
  readonly series: readonly SimSeries[];
  /** First period of the history, first that is reported while everything runs, and the last. */
  readonly from: number;
  readonly live: number;
  readonly to: number;
  /** When a period begins on the simulated clock. */
  readonly startOf: (period: number) => number;
  readonly seed: number;
}

/** A Monday. */
export const startMs: number = Date.UTC(2026, 2, 2);
const hourMs = 3_600_000;
const historyPeriods = 16;
const stepsBefore = 100;
const seasons = { hour: 24, day: 7, week: 1, step: 1 };

/** One or two projects. */
export function drawProjects(rng: Rng): SimProject[] {
  const count = 1 + rng.below(2);
  return Array.from({ length: count }, (_, i) => drawProject(rng, i));
}

/** A project; what is given is not drawn. */
export function drawProject(rng: Rng, number: number, given: Partial<Project> = {}): SimProject {
  const frequency = pick(rng, ['day', 'day', 'hour', 'step', 'week'] as const);
  const grid = given.grid ?? { frequency, weekStart: 1 };
  const isSites = rng.below(2) === 0;
  const season = seasons[grid.frequency as keyof typeof seasons];
  const project = projectLike({
    name: `shop-${number}`,
    grid,
    timezone: pick(rng, ['UTC', 'Europe/Berlin', 'America/New_York']),
    horizonSteps: 2 + rng.below(3),
    seasons: season > 1 ? [Math.min(season, 7)] : [],
    columns: { series: isSites ? ['site', 'item'] : ['item'], time: 'at', target: 'units' },
    gaps: pick(rng, ['zero', 'missing'] as const),
    contract: {
      minValue: 0,
      unitJumpFactor: pick(rng, [0, 50]),
      futurePeriodsMax: 1,
    },
    retrainEveryPeriods: pick(rng, [0, 3, 3, 5]),
    ...given,
  });
  const isStep = grid.frequency === 'step';
  const live = isStep ? stepsBefore : periodOf(grid, startMs) + 1;
  const startOf = isStep
    ? (period: number) => startMs + (period - live) * hourMs
    : (period: number) => periodStart(grid, period);
  const livePeriods = 7 + rng.below(5);
  const from = live - historyPeriods;
  const to = live + livePeriods - 1;
  const extent = { from, live, to };
  const series = drawSeries(rng, isSites, extent);
  const seed = rng.uint32();
  // From a source of its own: seeds from before these were drawn keep their world otherwise.
  return { project: { ...project, ...meaningOf(new Rng(seed)), ...given }, series, ...extent, startOf, seed };
}

/** What rows mean beside each other, and how long they are waited for. */
function meaningOf(rng: Rng): Pick<Project, 'conflicts' | 'closing'> {
  const conflicts = pick(rng, ['quarantine', 'quarantine', 'last', 'sum', 'sum'] as const);
  const latenessHours = pick(rng, [null, null, 6, 48]);
  return { conflicts, ...(latenessHours === null ? {} : { closing: { latenessHours } }) };
}

function drawSeries(
  rng: Rng,
  isSites: boolean,
  { from, live, to }: Pick<SimProject, 'from' | 'live' | 'to'>,
): SimSeries[] {
  const sites = isSites ? ['north', 'south', 'west'].slice(0, 2 + rng.below(2)) : [''];
  const items = ['ale', 'bread', 'cola', 'dates', 'eggs', 'figs'].slice(0, isSites ? 2 : 4 + rng.below(3));
  return sites.flatMap((site) =>
    items.map((item) => {
      const fate = rng.uniform();
      const parts = isSites ? [site, item] : [item];
      return {
        id: seriesIdOf(parts),
        parts,
        from: fate < 0.1 ? live + 2 : from,
        to: fate > 0.92 ? live + 1 : to,
        level: 20 + rng.below(300),
        density: rng.uniform() < 0.3 ? 0.5 : 1,
      };
    }),
  );
}

/** What is sold: 0 where nothing is, or where the series is not there. */
export function demandOf({ seed }: SimProject, series: SimSeries, period: number): number {
  if (period < series.from || period > series.to) return 0;
  const rng = new Rng(seed ^ hash(series.id) ^ Math.imul(period, 0x9e3779b1));
  if (rng.uniform() >= series.density) return 0;
  return 1 + Math.round(series.level * (0.5 + rng.uniform()));
}

/** A time in the period as people write it. */
export function timeOf({ project }: SimProject, period: number): string {
  const label = periodLabel(project.grid, period);
  return project.grid.frequency === 'step' ? String(period) : label;
}

/** The group of series that report together: those of one site where there are several columns. */
export function groupOf({ project }: SimProject, series: SimSeries): string {
  return project.columns.series.length > 1 ? (series.parts[0] ?? '') : '';
}

export function pick<T>(rng: Rng, from: readonly T[]): T {
  return from[rng.below(from.length)] as T;
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const char of text) h = Math.imul(h ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return h >>> 0;
}
