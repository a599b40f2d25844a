import assert from 'node:assert/strict';
import { test } from 'node:test';

import { periodOf, type TimeGrid } from '../../core/index.ts';
import type { Table } from '../data/index.ts';
import { fileEnd } from './file-end.ts';

const week: TimeGrid = { frequency: 'week', weekStart: 1 };
const month: TimeGrid = { frequency: 'month', weekStart: 1 };
const dayMs = 86_400_000;

/** One value per series and period, as merged; the last time of day of each period. */
function tableOf(
  grid: TimeGrid,
  first: number,
  series: readonly (readonly number[])[],
  lastInstants = new Map<number, number>(),
): Table {
  const rows = series.flatMap((values) => values.map((value, i) => ({ period: first + i, value })));
  const offsets = [0];
  for (const values of series) offsets.push((offsets.at(-1) ?? 0) + values.length);
  return {
    grid,
    seriesIds: series.map((_, s) => `s${s}`),
    offsets: Int32Array.from(offsets),
    periods: Int32Array.from(rows, ({ period }) => period),
    values: Float64Array.from(rows, ({ value }) => value),
    status: null,
    test: null,
    lastInstants,
    extras: [],
    rows: {
      read: 0,
      kept: 0,
      refused: 0,
      refusedByCode: {},
      problems: [],
      duplicates: 0,
      merged: 0,
      unjoined: 0,
    },
  };
}

const options = { path: 'a.csv', series: ['item'], time: 't', target: 'y', horizon: 4, threads: 0 } as const;
const first = periodOf(week, Date.UTC(2024, 0, 1));
const steady = Array.from({ length: 12 }, (_, i) => 700 + i);

test('a week whose rows end on its Monday is left out, whatever its demand; a whole one stays', () => {
  const start = (period: number): number => (period * 7 + 4) * dayMs;
  const lastInstants = new Map(steady.map((_, i) => [first + i, start(first + i) + 6 * dayMs]));
  const whole = fileEnd(tableOf(week, first, [steady], lastInstants), { ...options, frequency: 'week' });
  assert.deepEqual(whole, { closedThrough: undefined, notes: [] });
  lastInstants.set(first + 11, start(first + 11));
  const part = fileEnd(tableOf(week, first, [steady], lastInstants), { ...options, frequency: 'week' });
  assert.deepEqual(part.closedThrough, Float64Array.of(first + 10));
  assert.match(part.notes[0] ?? '', /unfinished and was left out: its last row lies 0 % into it/);
});

test('a month that is not over by the clock is left out; one that is over and low is named, with what to say', () => {
  const from = 2024 * 12;
  const low = [...steady, 150];
  const now = Date.UTC(2025, 0, 20);
  const running = fileEnd(tableOf(month, from, [low, low]), { ...options, frequency: 'month', now });
  assert.deepEqual(running.closedThrough, Float64Array.of(from + 11, from + 11));
  assert.match(
    running.notes[0] ?? '',
    /^2025-01-01, the newest period, is unfinished and was left out: it is not over yet\.$/,
  );
  const over = fileEnd(tableOf(month, from, [low, low]), {
    ...options,
    frequency: 'month',
    now: Date.UTC(2025, 1, 2),
  });
  assert.equal(over.closedThrough, undefined);
  assert.match(
    over.notes[0] ?? '',
    /2025-01-01, the newest period, has 21 % of the usual demand.*say --closed-through 2024-12-01/,
  );
  const said = fileEnd(tableOf(month, from, [low]), {
    ...options,
    frequency: 'month',
    closedThrough: '2024-11',
  });
  assert.deepEqual(said.closedThrough, Float64Array.of(from + 10));
  assert.throws(
    () => fileEnd(tableOf(month, from, [low]), { ...options, frequency: 'month', closedThrough: 'soon' }),
    {
      code: 'data/bad-closing',
    },
  );
});

test('a period in which usual reporters are missing is named; who splits the file has looked at its end', () => {
  const table = tableOf(week, first, [steady, steady.slice(0, 11), steady.slice(0, 11)]);
  const { closedThrough, notes } = fileEnd(table, { ...options, frequency: 'week' });
  assert.equal(closedThrough, undefined);
  assert.match(notes[0] ?? '', /seems unfinished: 1 of 3 series that report as a rule have/);
  assert.deepEqual(fileEnd(table, { ...options, frequency: 'week', split: 'part' }).notes, []);
});
