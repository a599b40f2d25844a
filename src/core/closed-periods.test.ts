import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ClosedPeriods, groupColumns, groupOf, groupOfValues } from './closed-periods.ts';
import { seriesIdOf } from './series.ts';

const of = (series: readonly string[], group?: readonly string[]) => ({
  columns: { series, time: 'date', target: 'sold' },
  ...(group === undefined ? {} : { closing: { group } }),
});

test('those who report together: the leading column of several, the columns that are set, else the whole project', () => {
  const id = seriesIdOf(['Nord/Ost', 'bread', 'white']);
  assert.equal(groupOf('bread', of(['item'])), '');
  assert.equal(groupOf('bread', of(['item'], ['item'])), 'bread');
  assert.equal(groupOf('all', of([])), '');
  assert.equal(groupOf(id, of(['shop', 'item', 'kind'])), 'Nord%2FOst');
  assert.equal(groupOf(id, of(['shop', 'item', 'kind'], ['kind', 'shop'])), 'white/Nord%2FOst');
  assert.equal(groupOf(id, of(['shop', 'item', 'kind'], [])), '');
  assert.deepEqual(groupColumns(of(['shop', 'item'])), ['shop']);
});

test('a group as somebody writes it is the group of its series', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
      fc.nat({ max: 2 }),
      (parts, at) => {
        const series = parts.map((_, i) => `c${i}`);
        const column = series[at % series.length] as string;
        const project = of(series, [column]);
        const value = parts[at % parts.length] as string;
        assert.equal(groupOf(seriesIdOf(parts), project), groupOfValues([value], project));
      },
    ),
  );
});

test('a period is closed by its own series, its group or the project, and stays closed', () => {
  const closed = new ClosedPeriods(of(['shop', 'item']));
  const [bread, milk, rye] = ['north/bread', 'north/milk', 'south/rye'] as const;
  assert.equal(closed.closedThrough(bread), Number.NEGATIVE_INFINITY);
  closed.observe(bread, 10);
  closed.observe(milk, 9, { closesThrough: 10 });
  closed.observe(milk, Number.NEGATIVE_INFINITY, { closesThrough: 8 });
  assert.deepEqual(
    [bread, milk, rye].map((id) => closed.closedThrough(id)),
    [10, 10, Number.NEGATIVE_INFINITY],
  );
  closed.close({ group: 'north', through: 12 });
  closed.close({ group: 'south', through: 7 });
  assert.deepEqual(
    [bread, milk, rye].map((id) => closed.closedThrough(id)),
    [12, 12, 7],
  );
  assert.equal(closed.projectClock, Number.NEGATIVE_INFINITY);
  closed.close({ group: '', through: 9 });
  assert.deepEqual(
    [bread, rye, 'west/none'].map((id) => closed.closedThrough(id)),
    [12, 9, 9],
  );
  assert.equal(closed.projectClock, 9);
});

test('a part of a period closes those before it, until a row of a later one comes', () => {
  const closed = new ClosedPeriods(of(['item']));
  closed.observe('x', 9);
  closed.observe('x', 11, { openFrom: 11 });
  assert.equal(closed.closedThrough('x'), 10);
  closed.observe('x', 12, { openFrom: 12 });
  assert.equal(closed.closedThrough('x'), 11);
  closed.observe('x', 12);
  assert.equal(closed.closedThrough('x'), 12);
});

test('the order in which rows and closings are heard of is of no consequence', () => {
  const said = fc.oneof(
    fc.record({
      id: fc.constantFrom('a/x', 'a/y', 'b/x'),
      period: fc.integer({ min: 0, max: 9 }),
      closesThrough: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
      openFrom: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    }),
    fc.record({ group: fc.constantFrom('', 'a', 'b'), through: fc.integer({ min: 0, max: 9 }) }),
  );
  const fold = (all: readonly (typeof said extends fc.Arbitrary<infer T> ? T : never)[]): number[] => {
    const closed = new ClosedPeriods(of(['shop', 'item']));
    for (const one of all)
      if ('id' in one) closed.observe(one.id, one.period, one);
      else closed.close(one);
    return ['a/x', 'a/y', 'b/x', 'b/y'].map((id) => closed.closedThrough(id));
  };
  fc.assert(
    fc.property(
      fc
        .array(said)
        .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => assert.deepEqual(fold(all), fold([...shuffled, ...all])),
    ),
  );
});
