// Readings of a pretend source over a real store: what is known of every period follows from the rows of the source alone, however
// reading them was cut, repeated or done by two at once.

import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { projectLike } from '../../../test/fixtures/project.ts';
import { AppError, type Clock, IdSource, isAppError, type Project, Rng } from '../../core/index.ts';
import { openFileBlobs } from '../../storage/files/index.ts';
import type { ControlStore } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { type DataService, openData } from '../data/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { readRows } from './read-rows.ts';
import type { ReadRow, SourceReading } from './reading.ts';

const clock: Clock = { now: () => Date.now() };

interface Order {
  id: number;
  /** When it was changed last; also where it stands. */
  at: number;
  item: string;
  day: number;
  /** `x` is refused. */
  units: number | null | 'x';
}

const dayOf = (day: number): string => new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
const placeOf = (at: number): string => String(at).padStart(20, '0');

/** Rows as they are when the reading begins, from some way below the highest watermark on. */
function readingOf(project: Project, orders: readonly Order[], position: { at?: number }): SourceReading {
  const from = (position.at ?? Number.NEGATIVE_INFINITY) - 20;
  const rows = orders
    .filter(({ at }) => at >= from)
    .map(({ id, at, item, day, units }): ReadRow => {
      const line = JSON.stringify({ item, date: dayOf(day), units });
      return {
        key: String(id).padStart(9, '0'),
        place: placeOf(at),
        watermark: String(at),
        hash: line,
        line,
      };
    })
    .sort((a, b) => (a.place === b.place ? (a.key < b.key ? -1 : 1) : a.place < b.place ? -1 : 1));
  let at = position.at;
  return {
    project,
    position: {},
    next: async () => rows.splice(0, 7),
    after: (read) => {
      at = Math.max(at ?? Number.NEGATIVE_INFINITY, Number(read.at(-1)?.watermark));
      return { at };
    },
    finish: async () => undefined,
    close: async () => {},
  };
}

/** What a project of that rule knows of each period, by the rows alone. */
function truthOf(orders: readonly Order[], rule: Project['conflicts']): Map<string, number | null> {
  const cells = new Map<string, Order[]>();
  for (const order of orders) {
    const key = `${order.item} ${order.day}`;
    cells.set(key, [...(cells.get(key) ?? []), order]);
  }
  return new Map(
    [...cells].map(([key, rows]) => {
      const known = rows.filter(({ units }) => units !== null);
      if (known.length === 0) return [key, null];
      if (rule === 'sum' && known.some(({ units }) => units === 'x')) return [key, null];
      if (rule === 'sum') return [key, known.reduce((sum, { units }) => sum + Number(units), 0)];
      const last = known.reduce((a, b) => (b.at > a.at || (b.at === a.at && b.id > a.id) ? b : a));
      return [key, last.units as number];
    }),
  );
}

interface World {
  readonly store: ControlStore;
  readonly data: DataService;
  readonly project: Project;
}

async function inWorld(
  conflicts: Project['conflicts'],
  work: (world: World) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-sources-'));
  const ids = new IdSource(clock.now, (bytes) => void randomFillSync(bytes));
  const store = openSqliteStore({ path: join(folder, 'control.sqlite'), clock });
  const project = projectLike({ conflicts });
  await store.putProject(project, 1);
  const blobs = openFileBlobs({ folder: join(folder, 'blobs'), ids });
  const scratchFolder = join(folder, 'scratch');
  const data = openData({ store, blobs, files: blobs, ids, clock, timers: systemTimers, scratchFolder });
  try {
    await work({ store, data, project });
  } finally {
    await data.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function readOnce(
  { store, data, project }: World,
  orders: readonly Order[],
  faulty: Pick<DataService, 'ingestSource'> = data,
): Promise<{ taken: number; corrected: number }> {
  const record = await store.openSource({ name: 'orders', project: project.name, identity: 'test' });
  const reading = readingOf(project, orders, record.position as { at?: number });
  const signal = new AbortController().signal;
  return await readRows({ reading, record, store, data: faulty, clock, signal, onProgress: () => {} });
}

/** What is known of each period, the latest word; null = nobody knows the demand. */
async function known({ store, project }: World): Promise<Map<string, number | null>> {
  const rows = await store.readActuals(project.name, { periodMin: 0, periodMax: 1e6 });
  return new Map(
    rows.map(({ seriesId, period, value }) => [
      `${seriesId} ${period - 18_262}`,
      Number.isNaN(value) ? null : value,
    ]),
  );
}

/** A period that no row speaks of any more is as one that none ever did. */
function assertSame(
  found: ReadonlyMap<string, number | null>,
  truth: ReadonlyMap<string, number | null>,
): void {
  for (const [key, value] of truth) assert.equal(found.get(key), value, key);
  for (const [key, value] of found) if (!truth.has(key)) assert.equal(value, null, key);
}

describe('rows of a source', () => {
  for (const rule of ['sum', 'last'] as const)
    it(`come to the same whatever fails, by two readers at once, with the rule ${rule}`, () =>
      fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) =>
          inWorld(rule, async (world) => {
            const rng = new Rng(seed);
            const orders: Order[] = [];
            let now = 0;
            let earlier: Order[] = [];
            const units = (): Order['units'] => {
              const chance = rng.uniform();
              // With the other rule a row that is refused leaves what it said before.
              if (rule === 'sum' && chance > 0.93) return 'x';
              return chance < 0.1 ? null : rng.below(9);
            };
            const faulty: Pick<DataService, 'ingestSource'> = {
              ingestSource: async (...given) => {
                const chance = rng.uniform();
                if (chance < 0.15) throw new AppError('store/busy', 'before the commit');
                const done = await world.data.ingestSource(...given);
                // The commit is there and nobody hears of it: what a kill right after it looks like.
                if (chance > 0.85) throw new AppError('store/unavailable', 'after the commit');
                return done;
              },
            };
            for (let round = 0; round < 12; round++) {
              now += 5;
              for (let n = rng.below(12); n > 0; n--)
                orders.push({
                  id: orders.length,
                  // Some come to light late, within what is allowed.
                  at: now - (rng.uniform() < 0.3 ? rng.below(15) : 0),
                  item: `i${rng.below(3)}`,
                  day: rng.below(4),
                  units: units(),
                });
              for (const order of orders) {
                if (rng.uniform() > 0.15) continue;
                const isRecent = order.at > now - 10;
                // Its watermark may stay as it was where the row is read again anyway.
                if (!isRecent || rng.uniform() < 0.7) order.at = now;
                if (rng.uniform() < 0.3) order.day = rng.below(4);
                else order.units = units();
              }
              // The second one sees the rows as they were some time ago.
              const readings = [readOnce(world, orders, faulty), readOnce(world, earlier, faulty)];
              earlier = structuredClone(orders);
              for (const { status, reason } of (await Promise.allSettled(readings)) as {
                status: string;
                reason?: unknown;
              }[])
                assert.ok(status === 'fulfilled' || isAppError(reason), String(reason));
            }
            await readOnce(world, orders);
            assertSame(await known(world), truthOf(orders, rule));
            // What is known is not taken in again.
            const { seq } = await lastBatch(world);
            const again = await readOnce(world, orders);
            assert.deepEqual([again.taken, (await lastBatch(world)).seq], [0, seq]);
          }),
        ),
        { numRuns: 4 },
      ));

  it('that are refused are waited for until they are read anew, and are set aside once', () =>
    inWorld('sum', async (world) => {
      const order = { id: 1, at: 1, item: 'a', day: 0, units: 5 };
      await readOnce(world, [order, { ...order, id: 2, units: 3 }]);
      const bad = [
        { ...order, units: -5 },
        { ...order, id: 2, units: 3 },
      ];
      for (let i = 0; i < 3; i++) await readOnce(world, bad);
      assert.deepEqual(await known(world), new Map([['a 0', null]]));
      const found = await world.data.quarantine(world.project.name, { limit: 10 });
      assert.deepEqual(
        found.map(({ code }) => code),
        ['negative'],
      );
      await readOnce(world, [
        { ...order, units: 6 },
        { ...order, id: 2, units: 3 },
      ]);
      assert.deepEqual(await known(world), new Map([['a 0', 9]]));
    }));

  it('are added to what came by other ways, and take out their own part alone', () =>
    inWorld('sum', async (world) => {
      const order = { id: 1, at: 1, item: 'a', day: 0, units: 5 };
      await readOnce(world, [order]);
      const bytes = Buffer.from(JSON.stringify([{ item: 'a', date: dayOf(0), units: 100 }]));
      await world.data.ingestBody(world.project, bytes, { format: 'json' });
      await readOnce(world, [{ ...order, units: 7 }]);
      assert.deepEqual(await known(world), new Map([['a 0', 107]]));
      await readOnce(world, [{ ...order, units: 7, day: 1 }]);
      assert.deepEqual(
        await known(world),
        new Map([
          ['a 0', 100],
          ['a 1', 7],
        ]),
      );
    }));

  it('do not take out again what somebody has taken back', () =>
    inWorld('sum', async (world) => {
      const order = { id: 1, at: 1, item: 'a', day: 0, units: 5 };
      await readOnce(world, [order]);
      const { id: batchId } = await lastBatch(world);
      await world.data.withdraw(world.project, { batchId, reason: 'wrong' });
      await readOnce(world, [{ ...order, units: 7 }]);
      assert.deepEqual(await known(world), new Map([['a 0', 7]]));
    }));
});

async function lastBatch({ store, project }: World): Promise<{ seq: number; id: string }> {
  const batches = await store.listBatches(project.name, { afterSeq: 0, limit: 10_000 });
  return batches.at(-1) ?? { seq: 0, id: '' };
}
