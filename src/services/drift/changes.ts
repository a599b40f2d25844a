// Of each drift of a check: its kind and beginning, the parts of the series that drive it, and what it may cost. Ranked by that.

import type { DriftChange, DriftColumnRecord, Panel, Project } from '../../core/index.ts';
import type { SeasonalFinding, SeasonCalendar, TimedColumn } from '../../forecasting/drift/index.ts';
import { priceColumn } from '../series/index.ts';
import { costOf, type ErrorAt } from './change-cost.ts';
import { type FoundKind, kindOf, type PastConcept } from './change-kind.ts';
import { type ChangeOfSeries, changesOfSeries, segmentsOf } from './change-segments.ts';
import type { SeriesGroup, WatchedCategory, WatchedNumbers } from './panel-columns.ts';
import { type Expecting, watchedCell } from './watched-cells.ts';

/** One watched column with all that was made of it. */
export interface WatchedColumn {
  readonly watched: WatchedNumbers | WatchedCategory;
  readonly timed: TimedColumn;
  readonly finding: SeasonalFinding;
  readonly record: Omit<DriftColumnRecord, 'change'>;
}

export interface ChangesAsked {
  readonly project: Project;
  readonly panel: Panel;
  /** Groups of series that are looked at by themselves. */
  readonly members: readonly SeriesGroup[];
  readonly from: number;
  readonly to: number;
  readonly recentPeriods: number;
  readonly calendar: SeasonCalendar | null;
  readonly concepts: readonly PastConcept[];
  /** Errors of what was served; null = nothing was. */
  readonly errorAt: ErrorAt | null;
}

/** Past concepts kept of a column. */
const conceptsKept = 4;
/** A series has changed with its column by at least so much of what all have on average. */
const partOfMean = 0.5;

/** @returns the columns in the order given, and what the next check is to know of concepts */
export function withChanges(
  columns: readonly WatchedColumn[],
  asked: ChangesAsked,
): { columns: DriftColumnRecord[]; concepts: PastConcept[] } {
  let { concepts } = asked as { concepts: readonly PastConcept[] };
  const changes = columns.map((one) => {
    if (one.record.verdict !== 'drift') return null;
    const { concept, ...kind } = kindFound(one, columns, asked);
    if (concept !== null) concepts = withConcept(concepts, { ...keyOf(one.record), ...concept });
    return { ...kind, ...whereAndCost(one, columns, asked) };
  });
  const ranks = ranked(columns, changes);
  return {
    columns: columns.map(({ record }, i) => {
      const change = changes[i] ?? null;
      return { ...record, change: change === null ? null : { rank: ranks[i] as number, ...change } };
    }),
    concepts: [...concepts],
  };
}

type Unranked = Omit<DriftChange, 'rank'>;

function kindFound(
  { watched, timed, finding, record }: WatchedColumn,
  columns: readonly WatchedColumn[],
  { from, to, recentPeriods, calendar, concepts }: ChangesAsked,
): FoundKind {
  return kindOf({
    column: timed,
    columns: columns.map((one) => one.timed),
    decidedBy: record.decidedBy,
    grown: 'levels' in watched ? grownOf(finding) : new Set(),
    from,
    to,
    recentPeriods,
    calendar,
    concepts: concepts.filter((one) => isOf(one, record)),
  });
}

function whereAndCost(
  { watched, finding, record }: WatchedColumn,
  columns: readonly WatchedColumn[],
  { project, panel, members, from, to, calendar, errorAt }: ChangesAsked,
): Pick<Unranked, 'segments' | 'segmentsBecause' | 'cost'> {
  const isDemand = record.column === project.columns.target;
  const own = members.find(({ name }) => name === record.group)?.members ?? [...panel.series.keys()];
  const about = { windowPeriods: to - from + 1, calendar };
  const expecting = expectingOf(record, about);
  const demand = columns.find(
    (one) => one.record.column === project.columns.target && one.record.group === null,
  );
  const cell = watchedCell(panel, watched, grownOf(finding));
  const moved = changesOfSeries(cell, own, { from, to, expecting });
  const inUnits = !isDemand && record.scale === 'usual' ? inMultiples(moved) : moved;
  const cost = costOf({
    panel,
    price: priceColumn(project.columns),
    members: isDemand ? own : haveChanged(inUnits),
    from,
    to,
    steps: project.horizonSteps,
    // Errors are of demand, whatever has drifted.
    expecting: isDemand || demand === undefined ? expecting : expectingOf(demand.record, about),
    errorAt,
  });
  return { ...segmentsOf({ project, panel }, inUnits, isDemand), cost };
}

/** Beside the season, as far as the record says what has grown since. */
function expectingOf(
  { decidedBy, season, scale }: WatchedColumn['record'],
  of: Pick<Expecting, 'windowPeriods' | 'calendar'>,
): Expecting {
  const amount = decidedBy === 'season' ? (season?.medianReference ?? null) : null;
  const by = scale === 'usual' ? ('ratio' as const) : ('difference' as const);
  return { ...of, growth: amount === null ? null : { by, amount } };
}

function inMultiples(moved: readonly ChangeOfSeries[]): ChangeOfSeries[] {
  return moved.flatMap(({ s, expected, now }) =>
    expected > 0 ? [{ s, expected: 1, now: now / expected }] : [],
  );
}

function haveChanged(moved: readonly ChangeOfSeries[]): number[] {
  const mean = moved.reduce((sum, { expected, now }) => sum + (now - expected) / moved.length, 0);
  return moved
    .filter(({ expected, now }) => (now - expected) * Math.sign(mean) >= partOfMean * Math.abs(mean))
    .map(({ s }) => s);
}

/** Levels that are a larger share of the rows than they were. */
function grownOf({ recent: { comparison } }: SeasonalFinding): ReadonlySet<string> {
  if (comparison.status !== 'ok' || !('table' in comparison)) return new Set();
  const { levels, reference, current } = comparison.table;
  const sum = (counts: ArrayLike<number>): number => Array.from(counts).reduce((all, one) => all + one, 0);
  const [before, now] = [sum(reference), sum(current)];
  return new Set(levels.filter((_, i) => (current[i] as number) / now > (reference[i] as number) / before));
}

/** Dearest first; those of unknown cost after them, the clearest first. */
function ranked(columns: readonly WatchedColumn[], changes: readonly (Unranked | null)[]): number[] {
  const order = [...changes.keys()].filter((i) => changes[i] !== null);
  const amount = (i: number): number => {
    const cost = changes[i]?.cost;
    return cost?.status === 'ok' ? cost.amount : Number.NEGATIVE_INFINITY;
  };
  const chance = (i: number): number => {
    const { decidedBy, season, recent } = (columns[i] as WatchedColumn).record;
    return ((decidedBy === 'season' ? season : null) ?? recent).pAdjusted ?? 1;
  };
  order.sort((a, b) => (amount(a) === amount(b) ? chance(a) - chance(b) || a - b : amount(b) - amount(a)));
  const ranks = changes.map(() => 0);
  for (const [place, i] of order.entries()) ranks[i] = place + 1;
  return ranks;
}

function withConcept(concepts: readonly PastConcept[], found: PastConcept): PastConcept[] {
  const own = concepts.filter((one) => isOf(one, found));
  // What still goes on is the same one, known better.
  const again = own.find((one) => one.to >= found.from);
  const kept = [...own.filter((one) => one !== again), { ...found, from: again?.from ?? found.from }];
  return [...concepts.filter((one) => !isOf(one, found)), ...kept.slice(-conceptsKept)];
}

type Key = Pick<DriftColumnRecord, 'column' | 'group'>;

function keyOf({ column, group }: Key): Key {
  return { column, group };
}

function isOf(one: Key, other: Key): boolean {
  return one.column === other.column && one.group === other.group;
}
