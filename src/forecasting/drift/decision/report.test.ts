import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../../core/index.ts';
import type { DriftColumn } from './finding.ts';
import { noPersistence, persisted } from './persistence.ts';
import { powerOfNumbers } from './power.ts';
import { driftReport } from './report.ts';

const normal = (seed: number, rows: number, shift = 0): Float64Array => {
  const rng = new Rng(seed);
  return Float64Array.from({ length: rows }, () => shift + rng.normal());
};
/** Each value hangs on the one before. */
const withMemory = (seed: number, rows: number, memory: number): Float64Array => {
  const rng = new Rng(seed);
  let state = rng.normal();
  return Float64Array.from({ length: rows }, () => {
    state = memory * state + Math.sqrt(1 - memory * memory) * rng.normal();
    return state;
  });
};
const number = (name: string, reference: ArrayLike<number>, current: ArrayLike<number>): DriftColumn => ({
  name,
  kind: 'number',
  reference,
  current,
});
const verdictOf = (columns: readonly DriftColumn[]): string =>
  driftReport(columns).columns[0]?.verdict as string;

test('finds a shift that matters, up and down, and says which way', () => {
  for (const [shift, word] of [
    [0.6, 'grew'],
    [-0.6, 'fell'],
  ] as const) {
    const [found] = driftReport([number('price', normal(1, 2_000), normal(2, 300, shift))]).columns;
    assert.equal(found?.verdict, 'drift');
    assert.match(found.because, new RegExp(word));
  }
});

test('a change that is sure and too small to matter is none', () => {
  assert.equal(verdictOf([number('x', normal(1, 40_000), normal(2, 40_000, 0.05))]), 'none');
});

test('too few rows are unknown, with the rows that it takes', () => {
  const [found] = driftReport([number('x', normal(1, 2_000), normal(2, 30))]).columns;
  assert.equal(found?.verdict, 'unknown');
  assert.ok((found.rowsNeeded as number) > 100 && (found.smallestEffect as number) > 0.25);
  assert.match(found.because, /needs \d+ current rows, has 30/);
});

test('an empty side is unknown, and no test of the others', () => {
  const report = driftReport([
    number('x', [Number.NaN], [1, 2]),
    number('y', normal(1, 900), normal(2, 900)),
  ]);
  assert.deepEqual(
    [report.columns[0]?.verdict, report.columns[1]?.verdict, report.tests],
    ['unknown', 'none', 1],
  );
});

test('both sides one constant have not changed; from a constant, any other value is the finding', () => {
  assert.equal(
    verdictOf([number('x', new Float64Array(3_000).fill(7), new Float64Array(3_000).fill(7))]),
    'none',
  );
  assert.equal(
    verdictOf([number('x', new Float64Array(300).fill(7), new Float64Array(300).fill(8))]),
    'drift',
  );
});

test('a column in a tiny unit is seen as any other', () => {
  const tiny = (values: Float64Array): Float64Array => values.map((value) => value * 1e-12);
  assert.equal(verdictOf([number('x', tiny(normal(1, 2_000)), tiny(normal(2, 300, 0.6)))]), 'drift');
});

test('rows with a memory do not alarm as independent ones would', () => {
  let alarms = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const values = withMemory(seed, 1_100, 0.9);
    const [found] = driftReport([number('x', values.subarray(0, 1_000), values.subarray(1_000))]).columns;
    assert.equal(found?.tests[0]?.method, 'windows');
    if (found?.verdict === 'drift') alarms++;
  }
  assert.ok(alarms <= 6, `${alarms} of 60`);
});

test('rows that are needed are rows as they are: with a memory more than without, and more than there are', () => {
  const values = withMemory(3, 1_030, 0.8);
  const [found] = driftReport([number('x', values.subarray(0, 1_000), values.subarray(1_000))]).columns;
  assert.equal(found?.verdict, 'unknown');
  assert.ok((found.rowsNeeded ?? Number.POSITIVE_INFINITY) > 300, found.because);
});

test('a change that matters may be given in the unit of the values', () => {
  const column = (effectMatters: number): DriftColumn => ({
    name: 'x',
    kind: 'number',
    reference: normal(1, 2_000),
    current: normal(2, 300, 0.4),
    effectMatters,
  });
  assert.deepEqual([verdictOf([column(0.5)]), verdictOf([column(3)])], ['drift', 'none']);
});

test('with a memory, a history that is too short for so many columns is unknown', () => {
  const columns = Array.from({ length: 30 }, (_, i) => {
    const values = withMemory(i + 1, 300, 0.9);
    return number(`x${i}`, values.subarray(0, 250), values.subarray(250));
  });
  const [found] = driftReport(columns).columns;
  assert.equal(found?.verdict, 'unknown');
  assert.match(found.because, /history is too short for 30 columns: it needs 750 rows/);
});

test('a level that appears and one that vanishes are findings of their own', () => {
  const levels = (counts: Readonly<Record<string, number>>): Map<string, number> =>
    new Map(Object.entries(counts));
  const [found] = driftReport([
    {
      name: 'shop',
      kind: 'category',
      reference: levels({ a: 900, b: 900, old: 60 }),
      current: levels({ a: 300, b: 300, new: 20 }),
    },
  ]).columns;
  assert.deepEqual([found?.verdict, found?.appeared, found?.vanished], ['drift', ['new'], ['old']]);
});

test('two of three windows confirm; one that could not tell takes no place', () => {
  let state = noPersistence;
  const confirmed = (['drift', 'unknown', 'drift', 'none', 'none', 'drift'] as const).map((verdict) => {
    const after = persisted(state, verdict);
    state = after.state;
    return after.isConfirmed;
  });
  assert.deepEqual(confirmed, [false, false, true, true, false, false]);
});

test('power is that of the published table: 0.5 sd needs 52 rows, 0.25 sd 217, with 20 columns and 3,000 rows', () => {
  const level = 0.05 / 20;
  const needed = [0.5, 0.25].map(
    (sd) => powerOfNumbers({ reference: 3_000, current: 100 }, level, sd).rowsNeeded,
  );
  assert.deepEqual(
    needed.map((rows, i) => Math.abs((rows as number) - [52, 217][i]!) <= 6),
    [true, true],
    String(needed),
  );
});

test('whatever the columns hold, a report never throws and never says NaN', () => {
  const hostile = fc.array(fc.oneof(fc.double(), fc.constantFrom(0, 1, Number.NaN, 1.7e308)), {
    maxLength: 50,
  });
  const words = fc.array(fc.option(fc.constantFrom('a', 'b', '__proto__')), { maxLength: 50 });
  fc.assert(
    fc.property(hostile, hostile, words, words, (a, b, c, d) => {
      const report = driftReport([
        number('x', a, b),
        { name: 'c', kind: 'category', reference: c, current: d },
      ]);
      const walk = (value: unknown): void => {
        if (typeof value === 'number') assert.ok(Number.isFinite(value));
        else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
      };
      walk(report);
    }),
    { numRuns: 40 },
  );
});
