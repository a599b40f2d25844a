// How far apart the rows of a series are: the frequency, and what is missing in between.

import { type Frequency, periodOf, type TimeGrid } from '../../../core/index.ts';
import type { Sample } from '../sample.ts';
import type { Profile } from './profile.ts';
import { instantsOf } from './time-form.ts';

export interface Spacing {
  readonly frequency: Frequency;
  readonly reason: string;
  /** Rows are single sales at any time of the day, not one period each. */
  readonly isEvents: boolean;
}

/** How far rows fill the periods of a grid. */
export interface Coverage {
  /** Share of periods without a row, between the first and the last row of each series. */
  readonly gapShare: number;
  /** The same, without the periods that no series has a row in. */
  readonly gapShareAlone: number;
  readonly seriesCount: number;
  readonly rowsPerPeriod: number;
  /** Of the periods with rows, the share with more than one. */
  readonly severalShare: number;
  /** Periods from first to last row, median over series. */
  readonly lengthMedian: number;
}

/** Of the usual distance: how far a clock is late or early. */
const usualWithin = 0.02;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** UTC milliseconds (or steps) of each series' rows, ascending. At most 2,000 series. */
export function groupTimes(
  sample: Sample,
  columns: { time: Profile; series: readonly Profile[] },
): number[][] {
  const groups = new Map<string, number[]>();
  const { timeForm } = columns.time;
  const timeValue = timeForm === null ? Number : instantsOf(timeForm);
  for (const row of sample.rows) {
    const time = timeValue(row[columns.time.index] ?? '');
    if (!Number.isFinite(time)) continue;
    const key = columns.series.map((profile) => row[profile.index]).join('\u0000');
    const group = groups.get(key);
    if (group !== undefined) group.push(time);
    else if (groups.size < 2000) groups.set(key, [time]);
  }
  return [...groups.values()].map((times) => times.sort((a, b) => a - b));
}

/** Frequency by the median gap between different times of one series, unless it is said. */
export function spacingOf(
  groups: readonly (readonly number[])[],
  time: Profile,
  wanted?: Frequency,
): Spacing {
  const gaps: number[] = [];
  for (const times of groups.slice(0, 200)) {
    for (let i = 1; i < times.length && i < 2000; i++) {
      const gap = (times[i] as number) - (times[i - 1] as number);
      if (gap > 0) gaps.push(gap);
    }
  }
  const gap = median(gaps);
  const isEvents = time.isTime && areEvents(groups, gaps);
  if (wanted !== undefined) return { frequency: wanted, isEvents, reason: 'as you said' };
  const said = time.timeForm?.frequency ?? null;
  const frequency = said ?? (isEvents ? 'day' : time.isTime ? frequencyOf(gap) : 'step');
  return {
    frequency,
    isEvents,
    reason: isEvents
      ? 'single sales with the time of day, added up by day; say hour if that is what you plan by'
      : gaps.length === 0
        ? 'one row only: assumed'
        : `the usual distance between rows is ${gapText(gap, frequency)}`,
  };
}

/**
 * Times of the day all over the place, at no usual distance: tills, not clocks. Meters that report every few minutes have
 * their usual distance, be it a few seconds more or less.
 */
function areEvents(groups: readonly (readonly number[])[], gaps: readonly number[]): boolean {
  const times = groups.slice(0, 200).flatMap((group) => group.slice(0, 2000));
  const isAllOver = [60_000, 1_000].some(
    (unit) => new Set(times.map((time) => Math.floor(time / unit) % 60)).size > 12,
  );
  if (times.length < 20 || !isAllOver) return false;
  const usual = median(gaps);
  const counts = new Map<number, number>();
  for (const gap of gaps) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  const near = gaps.filter((gap) => Math.abs(gap - usual) <= usualWithin * usual).length;
  return Math.max(0, near, ...counts.values()) < gaps.length / 2;
}

function frequencyOf(gapMs: number): Frequency {
  if (Number.isNaN(gapMs)) return 'day';
  // Sparse files leave days out, so a gap of some days still means days.
  if (gapMs < 0.9 * dayMs) return 'hour';
  if (gapMs < 6.5 * dayMs) return 'day';
  if (gapMs < 25 * dayMs) return 'week';
  if (gapMs < 80 * dayMs) return 'month';
  if (gapMs < 300 * dayMs) return 'quarter';
  return 'year';
}

function gapText(gap: number, frequency: Frequency): string {
  if (frequency === 'step') return `${gap}`;
  if (gap < hourMs) return `${Math.round(gap / 60_000)} minutes`;
  if (gap < dayMs) return `${Math.round(gap / hourMs)} h`;
  const days = Math.round(gap / dayMs);
  return days === 1 ? '1 day' : `${days} days`;
}

/** @param groups local times of each series, ascending */
export function coverage(groups: readonly (readonly number[])[], grid: TimeGrid): Coverage {
  let periods = 0;
  let present = 0;
  let rows = 0;
  let several = 0;
  const lengths: number[] = [];
  const any = new Set<number>();
  const spans: { first: number; last: number }[] = [];
  for (const all of groups) {
    const times = withoutStrays(all);
    const counts = new Map<number, number>();
    for (const time of times) counts.set(periodOf(grid, time), (counts.get(periodOf(grid, time)) ?? 0) + 1);
    const known = new Set(counts.keys());
    for (const count of counts.values()) if (count > 1) several += 1;
    const [first, last] = [periodOf(grid, times[0] as number), periodOf(grid, times.at(-1) as number)];
    for (const period of known) any.add(period);
    spans.push({ first, last });
    lengths.push(last - first + 1);
    periods += last - first + 1;
    present += known.size;
    rows += times.length;
  }
  const held = heldBetween(
    [...any].sort((a, b) => a - b),
    spans,
  );
  return {
    gapShareAlone: held === 0 ? 0 : 1 - present / held,
    seriesCount: groups.length,
    gapShare: periods === 0 ? 0 : 1 - present / periods,
    rowsPerPeriod: present === 0 ? 1 : rows / present,
    severalShare: present === 0 ? 0 : several / present,
    lengthMedian: lengths.length === 0 ? 0 : median(lengths),
  };
}

/** How many of these periods, ascending, lie within each span, together. */
function heldBetween(
  periods: readonly number[],
  spans: readonly { readonly first: number; readonly last: number }[],
): number {
  const place = new Map(periods.map((period, i) => [period, i]));
  return spans.reduce(
    (sum, { first, last }) => sum + (place.get(last) ?? 0) - (place.get(first) ?? 0) + 1,
    0,
  );
}

/** Without the outermost hundredth on both sides, where that halves the span or more: a few wrong dates. */
function withoutStrays(times: readonly number[]): readonly number[] {
  const cut = Math.ceil(times.length / 100);
  const inner = times.slice(cut, times.length - cut);
  if (inner.length < 20) return times;
  const span = (list: readonly number[]): number => (list.at(-1) as number) - (list[0] as number);
  return span(times) > 2 * span(inner) ? inner : times;
}

function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] as number;
}
