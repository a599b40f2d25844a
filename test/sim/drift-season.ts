// `npm run sim -- drift-season`: how often a check with seasons alarms on demands that only have a season, and how often it finds a level that fell.

import { Rng } from '../../src/core/index.ts';
import { type SeasonalReport, seasonalReport, seasonCalendar } from '../../src/forecasting/drift/index.ts';

const dayMs = 86_400_000;
const start = Date.parse('2021-01-01') / dayMs;
const week = [0.6, 1.2, 1, 1, 1, 1.3, 0.9];
const easters = ['2021-04-04', '2022-04-17', '2023-04-09', '2024-03-31'].map(
  (day) => Date.parse(day) / dayMs,
);
/** Share of the checks without a change that may alarm. */
const alarmsMax = 0.05;

export interface SeasonRun {
  /** Checks of each kind. */
  readonly tables: number;
  readonly first: number;
  readonly print: (line: string) => void;
}

/** @returns whether false alarms stay at or below 5 % over all kinds */
export function runDriftSeason({ tables, first, print }: SeasonRun): boolean {
  print(`${tables} checks of each kind: two to three years of days, a peak each December, 8 % noise.`);
  print('columns  memory  false alarms  beside recent  unknown  -20 % for a fortnight found');
  let alarms = 0;
  let checks = 0;
  for (const columns of [1, 8, 16])
    for (const memory of [0, 0.5, 0.8]) {
      const counts = { alarm: 0, recent: 0, unknown: 0, found: 0 };
      for (let i = 0; i < tables; i++) {
        const { still, fallen } = checked(first + i, { columns, memory });
        if (still.verdict === 'drift') counts.alarm++;
        if (still.columns.some(({ recent }) => recent.verdict === 'drift')) counts.recent++;
        if (still.columns.some(({ verdict }) => verdict === 'unknown')) counts.unknown++;
        if (fallen.columns[0]?.verdict === 'drift') counts.found++;
      }
      const shares = Object.values(counts).map((count) => `${((100 * count) / tables).toFixed(1)} %`);
      print([columns, memory, ...shares].map((cell) => String(cell).padStart(8)).join('  '));
      alarms += counts.alarm;
      checks += tables;
    }
  print(`false alarms in all: ${alarms} of ${checks}`);
  return alarms <= alarmsMax * checks;
}

function checked(
  seed: number,
  { columns: count, memory }: { readonly columns: number; readonly memory: number },
): { still: SeasonalReport; fallen: SeasonalReport } {
  const to = start + 760 + ((seed * 7) % 200);
  const from = to - 13;
  const columns = Array.from({ length: count }, (_, k) => ({
    name: `demand ${k}`,
    kind: 'number' as const,
    start,
    values: demand(to - start + 1, { memory, seed: seed * 100 + k }),
    compare: 'ratio' as const,
    matters: 0.2,
  }));
  const options = {
    from,
    to,
    recentPeriods: 364,
    calendar: seasonCalendar({ frequency: 'day', weekStart: 1 }, eventOf),
  };
  const [head, ...rest] = columns;
  if (head === undefined) throw new Error('a check has a column');
  const lower = { ...head, values: head.values.map((value, i) => (start + i >= from ? 0.8 * value : value)) };
  return { still: seasonalReport(columns, options), fallen: seasonalReport([lower, ...rest], options) };
}

function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(5, 10);
}

function eventOf(day: number): string | null {
  if (easters.includes(day)) return 'Easter Sunday';
  return dateOf(day) === '12-25' ? 'Christmas Day' : null;
}

function demand(
  days: number,
  { memory, seed }: { readonly memory: number; readonly seed: number },
): Float64Array {
  const rng = new Rng(seed);
  let state = 0;
  return Float64Array.from({ length: days }, (_, i) => {
    state = memory * state + Math.sqrt(1 - memory * memory) * rng.normal();
    const date = dateOf(start + i);
    const peak = date >= '12-08' && date <= '12-24' ? 1.8 : 1;
    return (100 + 0.02 * i + 8 * state) * (week[i % 7] as number) * peak;
  });
}
