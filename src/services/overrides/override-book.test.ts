import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { overrideSetting } from '../../../test/conformance/override-store-suite.ts';
import { ManualClock } from '../../core/index.ts';
import type { ControlStore } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/open.ts';
import { OverrideBook } from './override-book.ts';

let store: ControlStore;
let clock: number | null;

beforeEach(() => {
  store = openSqliteStore({ path: ':memory:', clock: new ManualClock(0) });
  clock = null;
});
afterEach(() => store.close());

function bookOf(): OverrideBook {
  return new OverrideBook({
    store: {
      overrideWords: (project, options) => store.overrideWords(project, options),
      projectClock: async () => clock,
    },
    breathe: () => Promise.resolve(),
  });
}

function standing(book: OverrideBook, seriesId: string): [number, number][] {
  return [...(book.of('shop', seriesId) ?? new Map())].map(([period, { value }]) => [period, value]);
}

test('takes in what was said since, and lets go of what is closed', async () => {
  const book = bookOf();
  await book.load('shop');
  assert.equal(book.of('shop', 'a'), undefined);
  await store.setOverrides(
    overrideSetting(
      [
        [1, 5],
        [2, 6],
      ],
      { seriesId: 'a' },
    ),
  );
  assert.equal(book.of('shop', 'a'), undefined, 'not before it is told');
  // Calls at once follow each other.
  await Promise.all([book.load('shop'), book.load('shop')]);
  assert.deepEqual(standing(book, 'a'), [
    [1, 5],
    [2, 6],
  ]);
  await store.setOverrides(overrideSetting([[2, 7]], { seriesId: 'a' }));
  clock = 1;
  await book.load('shop');
  assert.deepEqual([standing(book, 'a'), book.count('shop')], [[[2, 7]], 1]);
  clock = 2;
  await book.load('shop');
  assert.deepEqual([book.of('shop', 'a'), book.count('shop')], [undefined, 0]);
  // Rows were taken back, and nothing is closed any more.
  clock = 0;
  await book.load('shop');
  assert.deepEqual(standing(book, 'a'), [
    [1, 5],
    [2, 7],
  ]);
});

test('a read that fails is done again by the next, and nothing is lost', async () => {
  let fails = true;
  const book = new OverrideBook({
    store: {
      overrideWords: (project, options) =>
        fails ? Promise.reject(new Error('busy')) : store.overrideWords(project, options),
      projectClock: async () => null,
    },
    breathe: () => Promise.resolve(),
  });
  await store.setOverrides(overrideSetting([[1, 5]], { seriesId: 'a' }));
  await assert.rejects(book.load('shop'), /busy/);
  fails = false;
  await book.load('shop');
  assert.deepEqual(standing(book, 'a'), [[1, 5]]);
});

test('however often it is read meanwhile, it holds what stands in the store', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3), fc.nat(2), fc.constantFrom('set', 'withdraw', 'read')), { maxLength: 15 }),
      async (acts) => {
        const book = bookOf();
        for (const [period, series, act] of acts) {
          const seriesId = `s${series}`;
          const change = overrideSetting([[period, period + 1]], { seriesId });
          const range = { seriesId, periodMin: period, periodMax: period, limit: 1 };
          const [open] = await store.standingOverrides('shop', range);
          if (act === 'read') await book.load('shop');
          else if (act === 'set') await store.setOverrides(change);
          else if (open !== undefined) await store.withdrawOverrides(change, [open.id]);
        }
        await book.load('shop');
        const all = await store.standingOverrides('shop', { periodMin: 0, periodMax: 9, limit: 99 });
        assert.equal(book.count('shop'), all.length);
        for (const { seriesId, period, id } of all)
          assert.equal(book.of('shop', seriesId)?.get(period)?.id, id);
      },
    ),
    { numRuns: 20 },
  );
});
