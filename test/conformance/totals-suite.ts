// What every relational store promises of totals: at any moment they are what counting everything would give.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { BatchRecord, ControlStore, HistoryTotals } from '../../src/storage/ports/index.ts';
import { type ControlBackend, commitOf, predictionOf, row, storePerTest } from './store-fixtures.ts';

/** By reading all there is. */
async function counted(store: ControlStore, project: string): Promise<HistoryTotals> {
  const batches = await store.listBatches(project, { afterSeq: 0, limit: 1000 });
  const periods = (of: (batch: BatchRecord) => number | null): number[] =>
    batches.map(of).filter((period) => period !== null);
  const mins = periods((batch) => batch.periodMin);
  const maxs = periods((batch) => batch.periodMax);
  return {
    batches: batches.length,
    batchSeq: batches.at(-1)?.seq ?? 0,
    rowsUnsealed: batches.reduce(
      (rows, batch) => rows + (batch.sealed ? 0 : batch.rowsAccepted + batch.rowsQuarantined),
      0,
    ),
    periodMin: mins.length > 0 ? Math.min(...mins) : null,
    periodMax: maxs.length > 0 ? Math.max(...maxs) : null,
  };
}

const project = fc.constantFrom('shop', 'depot');
const step = fc.oneof(
  fc.record({
    do: fc.constant('commit' as const),
    project,
    key: fc.integer({ min: 0, max: 12 }),
    periods: fc.array(fc.integer({ min: -9, max: 99 }), { maxLength: 4 }),
    sealed: fc.boolean(),
  }),
  fc.record({ do: fc.constant('seal' as const), project, key: fc.nat({ max: 5 }) }),
  fc.record({
    do: fc.constant('predict' as const),
    project,
    ids: fc.array(fc.nat({ max: 20 }), { maxLength: 5 }),
    cutoff: fc.integer({ min: -9, max: 99 }),
  }),
);

export function totalsSuite(backend: ControlBackend): void {
  describe(`totals of ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    test('a project without anything has none', async () => {
      const none = { batches: 0, batchSeq: 0, rowsUnsealed: 0, periodMin: null, periodMax: null };
      assert.deepEqual(await fresh.store.historyTotals('shop'), none);
      const noPredictions = { count: 0, cutoffMin: null, cutoffMax: null };
      assert.deepEqual(await fresh.store.predictionStats('shop'), noPredictions);
    });

    test('whatever is committed, repeated, refused and sealed, totals are what counting gives', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          await fresh.anew();
          const cutoffs = new Map<string, { project: string; cutoff: number }>();
          for (const at of steps) {
            if (at.do === 'commit') await commit(at);
            else if (at.do === 'seal') await seal(at.project, at.key);
            else {
              const made = at.ids.map((id) =>
                predictionOf(`prd_${id}`, { project: at.project, cutoff: at.cutoff }),
              );
              await fresh.store.appendPredictions(made);
              for (const { id, cutoff } of made)
                if (!cutoffs.has(id)) cutoffs.set(id, { project: at.project, cutoff });
            }
          }
          for (const name of ['shop', 'depot']) {
            assert.deepEqual(await fresh.store.historyTotals(name), await counted(fresh.store, name));
            const own = [...cutoffs.values()].filter((p) => p.project === name).map(({ cutoff }) => cutoff);
            assert.deepEqual(await fresh.store.predictionStats(name), {
              count: own.length,
              cutoffMin: own.length > 0 ? Math.min(...own) : null,
              cutoffMax: own.length > 0 ? Math.max(...own) : null,
            });
          }
        }),
        { numRuns: 15 },
      );
    });

    async function commit(at: {
      project: string;
      key: number;
      periods: readonly number[];
      sealed: boolean;
    }): Promise<void> {
      const rows = [...new Set(at.periods)].map((period) => row('apples', period, 1));
      const about = { project: at.project, id: `bat_${at.project}_${at.key}`, sealed: at.sealed };
      await fresh.store.commitBatch(commitOf(String(at.key), rows, about));
    }

    /** Tries to seal the first batches, whether they are sealed already or not. */
    async function seal(name: string, count: number): Promise<void> {
      const batches = await fresh.store.listBatches(name, { afterSeq: 0, limit: count });
      const [first] = batches;
      const last = batches.at(-1);
      if (first === undefined || last === undefined) return;
      const range = { periodMin: 0, periodMax: 9, batchSeqMin: first.seq, batchSeqMax: last.seq };
      const seqs = batches.map(({ seq }) => seq);
      const hash = `${'a'.repeat(60)}${String(batches.length).padStart(4, '0')}`;
      await fresh.store.sealBatches(name, seqs, { hash, rows: 1, ...range }).catch(() => undefined);
    }
  });
}
