// What every relational store promises of order: whoever follows events or batches by their numbers, while any number of
// processes write, misses none. A database that hands out numbers before transactions end fails here.

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ManualClock } from '../../src/core/index.ts';
import type { ControlStore } from '../../src/storage/ports/index.ts';
import { type ControlBackend, commitOf, project, row, startMs, storePerTest } from './store-fixtures.ts';

const writerPath = fileURLToPath(new URL('./store-writer.ts', import.meta.url));
const projects = ['shop', 'depot'];
const batchesEach = 40;

/** Goes on after the last one it has read, as followers do. */
class Reader {
  readonly seen: number[] = [];
  readonly #read: (afterSeq: number) => Promise<readonly { readonly seq: number }[]>;

  constructor(read: (afterSeq: number) => Promise<readonly { readonly seq: number }[]>) {
    this.#read = read;
  }

  async poll(): Promise<void> {
    for (const { seq } of await this.#read(this.seen.at(-1) ?? 0)) this.seen.push(seq);
  }
}

export function orderSuite(backend: ControlBackend): void {
  describe(`order of ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    function readersOf(from: ControlStore): { events: Reader; batches: Map<string, Reader> } {
      const batches = projects.map((name): [string, Reader] => [
        name,
        new Reader((afterSeq) => from.listBatches(name, { afterSeq, limit: 7 })),
      ]);
      const events = new Reader((afterSeq) => from.readEvents({ afterSeq, limit: 7 }));
      return { events, batches: new Map(batches) };
    }

    /** Batches, events and jobs from one connection, each in a transaction of its own. */
    async function write(from: ControlStore, name: string): Promise<void> {
      for (let i = 0; i < batchesEach; i++) {
        const of = projects[i % 2] as string;
        await from.commitBatch(
          commitOf(`${name}${i}`, [row('apples', i, i)], { project: of, id: `${name}${i}` }),
        );
        const data = { versionId: name, reason: String(i) };
        await from.appendEvent({ at: i, project: of, type: 'swap.refused', data });
      }
    }

    test('a follower misses nothing beside processes and connections that write', async () => {
      await fresh.store.putProject(project, startMs);
      const others = [1, 2].map(() => fresh.place.connect(new ManualClock(startMs)));
      const following = fresh.place.connect(new ManualClock(startMs));
      const children = ['a', 'b', 'c'].map((name, i) => {
        const args = [backend.name, fresh.place.path, name, String(batchesEach), projects[i % 2] as string];
        return fork(writerPath, args, { execArgv: [] });
      });
      let writing = true;
      const done = Promise.all([
        ...children.map((child) => once(child, 'exit')),
        ...others.map((other, i) => write(other, `own${i}`)),
      ]).then(() => {
        writing = false;
      });
      const { events, batches } = readersOf(following);
      const poll = async (): Promise<void> => {
        await events.poll();
        for (const reader of batches.values()) await reader.poll();
      };
      while (writing) {
        await poll();
        await nextTurn();
      }
      await done;
      for (let before = -1; before < events.seen.length; ) {
        before = events.seen.length;
        for (let i = 0; i < 100; i++) await poll();
      }
      const all = await fresh.store.readEvents({ afterSeq: 0, limit: 10_000 });
      assert.deepEqual(
        events.seen,
        all.map(({ seq }) => seq),
      );
      assert.equal(all.length, 1 + 3 * batchesEach + 2 * 2 * batchesEach, 'the project, batches, events');
      assert.equal(await fresh.store.lastEventSeq(), all.at(-1)?.seq);
      for (const name of projects) {
        const own = await fresh.store.listBatches(name, { afterSeq: 0, limit: 10_000 });
        assert.deepEqual(
          batches.get(name)?.seen,
          own.map(({ seq }) => seq),
        );
        assert.equal((await fresh.store.historyTotals(name)).batches, own.length);
        assert.equal((await fresh.store.historyTotals(name)).batchSeq, own.at(-1)?.seq);
      }
      for (const each of [...others, following]) await each.close();
    });

    test('what was rolled back leaves no hole that a follower would wait for', async () => {
      const event = {
        at: 1,
        project: 'shop',
        type: 'swap.done',
        data: { versionId: 'ver_1', ms: 1 },
      } as const;
      const first = await fresh.store.appendEvent(event);
      const step = { partition: 0, from: 7, to: 8, messages: 1, deadLetters: 0 };
      const advance = { stream: 'orders', at: 1, steps: [step] };
      await assert.rejects(fresh.store.commitBatch({ ...commitOf('a', [row('apples', 1, 1)]), advance }));
      const second = await fresh.store.appendEvent(event);
      assert.equal(second.seq, first.seq + 1);
      assert.equal((await fresh.store.historyTotals('shop')).batches, 0);
    });
  });
}
