import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alignedLead, checkIntervalTable, type IntervalTable, offsetAt, seriesScale } from './intervals.ts';

const table: IntervalTable = {
  levels: [0.1, 0.5, 0.9],
  strata: ['smooth', 'lumpy'],
  horizon: 2,
  offsets: Float64Array.from([-1, 0, 1, -2, 0, 2, -10, -1, 30, -20, -2, 60]),
};

test('an offset is looked up by stratum and lead, drawn between levels, and held beyond them', () => {
  assert.equal(offsetAt(table, { stratum: 1, lead: 1, level: 0.9 }), 30);
  assert.equal(offsetAt(table, { stratum: 0, lead: 2, level: 0.3 }), -1);
  assert.equal(offsetAt(table, { stratum: 0, lead: 1, level: 0.001 }), -1);
  assert.equal(offsetAt(table, { stratum: 0, lead: 1, level: 0.999 }), 1);
  assert.equal(offsetAt(table, { stratum: 0, lead: 8, level: 0.9 }), 4);
});

test('offsets never fall as the level rises', () => {
  const level = fc.double({ min: 0.001, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(
      level,
      level,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 1 }),
      (a, b, lead, stratum) => {
        const low = offsetAt(table, { stratum, lead, level: Math.min(a, b) });
        assert.ok(low <= offsetAt(table, { stratum, lead, level: Math.max(a, b) }) + 1e-12);
      },
    ),
    { seed: 3 },
  );
});

test('a table with crossing, missing or endless offsets is a bug of its maker', () => {
  checkIntervalTable(table);
  for (const offsets of [
    table.offsets.subarray(1),
    table.offsets.map((value) => -value),
    table.offsets.map(() => 1 / 0),
  ]) {
    assert.throws(() => checkIntervalTable({ ...table, offsets }), /assertion failed/);
  }
  assert.throws(() => checkIntervalTable({ ...table, levels: [0.5, 0.1, 0.9] }), /levels ascend/);
});

test('the scale of a series is the mean size of its change over a cycle', () => {
  assert.equal(seriesScale(Float64Array.of(1, 5, 2, 6, 4, 5), 2), (1 + 1 + 2 + 1) / 4);
  assert.equal(seriesScale(Float64Array.of(1, 5, Number.NaN, 6), 1), 4);
  assert.equal(seriesScale(Float64Array.of(3, 3, 3), 1), 3);
  assert.equal(seriesScale(new Float64Array(4), 1), 1);
  assert.equal(seriesScale(Float64Array.of(Number.NaN), 12), 1);
});

test('after an advance a step takes the offsets of its own phase of the cycle', () => {
  const table = { levels: [0.5], strata: ['all'], horizon: 14, offsets: new Float64Array(14) };
  const aligned = (lead: number, advancedBy: number): number =>
    alignedLead(table, { lead, advancedBy, cycle: 7 });
  assert.equal(aligned(3, 0), 3);
  assert.equal(aligned(3, 7), 3);
  for (let advancedBy = 0; advancedBy < 20; advancedBy++) {
    for (let lead = 1; lead <= 14; lead++) {
      const found = aligned(lead, advancedBy);
      assert.ok(found >= 1 && found <= 14);
      assert.equal(Math.abs(found - lead - advancedBy) % 7, 0);
    }
  }
  // Shorter than a cycle, or past the table: nothing to align with.
  assert.equal(alignedLead({ ...table, horizon: 5 }, { lead: 2, advancedBy: 3, cycle: 7 }), 2);
  assert.equal(aligned(20, 3), 20);
});
