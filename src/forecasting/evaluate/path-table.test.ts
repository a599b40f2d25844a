import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../core/index.ts';
import type { PathBlock, PathTable } from '../models/index.ts';
import { calibrate } from './calibrate.ts';
import { pathTable } from './path-table.ts';
import { pretendTable } from './testing.ts';

const shape = { models: ['naive'], seriesCount: 60, originsMax: 3, horizon: 4 };
const candidateOf = () => ({ name: 'naive', members: [0] });

/** Errors of one window are one shock, or a new one at each lead. */
function learnt(together: boolean, seriesCount: number = shape.seriesCount): PathTable {
  const rng = new Rng(5);
  let shock = 0;
  const table = pretendTable(
    { ...shape, seriesCount },
    (_s, _o, lead) => {
      if (lead === 0 || !together) shock = rng.normal();
      return 10 + shock;
    },
    () => 10,
  );
  const calibration = calibrate(table, { levels: [0.1, 0.5, 0.9], candidateOf });
  return pathTable(table, { ...calibration, candidateOf });
}

/** Rank correlation of the first lead with another. */
function correlation(table: PathTable, lead: number): number {
  const { ranks, windows } = table.blocks[0] as PathBlock;
  const most = 2 * windows - 1;
  let product = 0;
  let square = 0;
  for (let w = 0; w < windows; w++) {
    const [a, b] = [ranks[4 * w] as number, ranks[4 * w + lead] as number];
    product += (a - most / 2) * (b - most / 2);
    square += (a - most / 2) ** 2;
  }
  return product / square;
}

test('learns which errors go together', () => {
  assert.ok(correlation(learnt(true), 3) > 0.95);
  assert.ok(Math.abs(correlation(learnt(false), 3)) < 0.25);
});

test('each lead has every rank once, counting mirror images', () => {
  const table = learnt(false);
  const { ranks, windows, mirrored } = table.blocks[0] as PathBlock;
  assert.equal(mirrored, true);
  assert.equal(windows, 180);
  for (let k = 0; k < 4; k++) {
    const own: number[] = Array.from({ length: windows }, (_, w) => ranks[4 * w + k] as number);
    const all: number[] = [...own, ...own.map((rank: number) => 2 * windows - 1 - rank)].sort(
      (a, b) => a - b,
    );
    assert.deepEqual(
      all,
      Array.from({ length: 2 * windows }, (_, rank) => rank),
    );
  }
});

test('keeps two hundred windows at most, and learns nothing from a handful', () => {
  assert.equal(learnt(false, 300).blocks[0]?.windows, 200);
  const few = learnt(false, 3);
  assert.equal(few.blocks.length, 0);
  assert.ok(few.blockOf.every((index) => index === -1));
});
