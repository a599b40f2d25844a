import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { projectLike } from '../../../test/fixtures/project.ts';
import { type DataFault, type Panel, Rng } from '../../core/index.ts';
import { type ValueColumn, valueFaults } from './value-faults.ts';

const days = 100;
const [from, to] = [93, 99];
const window = { from, to, before: { first: 0, last: from - 1 } };
const groups = [
  { name: 'north', members: [0, 1, 2, 3, 4] },
  { name: 'south', members: [5, 6, 7, 8, 9] },
];

/** Ten series, each around a level of its own. */
function cells(of: { whole?: boolean; seed?: number } = {}): number[][] {
  const rng = new Rng(of.seed ?? 1);
  return Array.from({ length: 10 }, (_, s) =>
    Array.from({ length: days }, () => {
      const value = (5 + s) * (0.9 + 0.2 * rng.uniform());
      return of.whole ? Math.round(10 * value) : value;
    }),
  );
}

function faultsOf(
  values: readonly (readonly number[])[],
  of: { isDemand?: boolean; change?: (value: number, s: number) => number } = {},
): DataFault[] {
  const { change = (value) => value, isDemand = false } = of;
  const panel: Panel = {
    grid: projectLike().grid,
    series: values.map((_, s) => ({ id: `s${s}`, start: 0, values: new Float64Array(days) })),
  };
  const column: ValueColumn = {
    column: 'price',
    isDemand,
    cell: (s, period) => {
      const value = values[s]?.[period] ?? Number.NaN;
      return period >= from + 2 ? change(value, s) : value;
    },
  };
  return valueFaults(panel, column, { window, groups });
}

test('a price in cents, or in dozens, is another unit, from the day on', () => {
  for (const factor of [100, 12, 1 / 100, 1 / 12]) {
    const [fault, ...others] = faultsOf(cells(), { change: (value) => value * factor });
    assert.deepEqual([fault?.kind, fault?.since, fault?.periods], ['unit', from + 2, 5]);
    assert.deepEqual(others, []);
  }
  assert.match(
    faultsOf(cells(), { change: (y) => 100 * y })[0]?.because ?? '',
    /price is 100 times .* 10 of 10 series/,
  );
});

test('where only a group has it, the group is named', () => {
  const [fault, ...others] = faultsOf(cells(), {
    change: (value, s) => (s === 5 || s === 6 ? 100 * value : value),
  });
  assert.deepEqual([fault?.kind, fault?.group, others.length], ['unit', 'south', 0]);
  assert.match(fault?.because ?? '', /^price of south is 100 times what it was in 2 of 5 series/);
});

test('fractions in a column of whole numbers, and values unlike any, are named as such', () => {
  const halves = faultsOf(cells({ whole: true }), { change: (value) => value + 0.5 });
  assert.match(halves[0]?.because ?? '', /has fractions in 10 of 10 series/);
  const odd = faultsOf(cells(), { change: (value) => 37 * value });
  assert.deepEqual([odd[0]?.kind, /unlike any value/.test(odd[0]?.because ?? '')], ['unlike', true]);
});

test('how much may be sold nobody knows: demand that triples is no fault, demand of a twentieth is', () => {
  assert.deepEqual(faultsOf(cells(), { isDemand: true, change: (value) => 3 * value }), []);
  assert.equal(faultsOf(cells(), { isDemand: true, change: (value) => value / 20 })[0]?.kind, 'unlike');
});

test('nothing is found where nothing has changed, and nothing is thrown whatever the values are', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.boolean(), (seed, whole) => {
      assert.deepEqual(faultsOf(cells({ seed, whole })), []);
    }),
    { numRuns: 50 },
  );
  const odd = fc.oneof(fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -1, 1e300, 1e-300), fc.double());
  fc.assert(
    fc.property(fc.array(fc.array(odd, { maxLength: days }), { maxLength: 4 }), (values) => {
      for (const { because } of faultsOf(values)) assert.doesNotMatch(because, /NaN|undefined/);
    }),
  );
});
