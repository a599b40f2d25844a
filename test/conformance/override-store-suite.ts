// What every relational store promises of overrides: nothing that was said is lost or changed, and what stands follows from it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { OverrideSetting, OverrideWord } from '../../src/storage/ports/index.ts';
import { type ControlBackend, startMs, storePerTest } from './store-fixtures.ts';

const said = {
  versionId: 'ver_1',
  version: 1,
  source: 'model',
  cutoff: 9,
  mean: 0.1 + 0.2,
  levels: [0.1, 0.9],
  quantiles: [1 / 3, 2 / 3],
};

let made = 0;

export function overrideSetting(
  periods: readonly (readonly [period: number, value: number])[],
  more: Partial<OverrideSetting> = {},
): OverrideSetting {
  made++;
  return {
    id: `ovc_${made}`,
    project: 'shop',
    seriesId: 'Größe/🙂',
    by: 'cli ann@shop 1',
    reason: `<b>"'\u202E`,
    at: startMs + made,
    key: null,
    contentHash: `hash ${made}`,
    sets: periods.map(([period, value]) => ({
      id: `ovr_${made}_${period}`,
      period,
      value,
      asked: { kind: 'value', amount: value },
      said,
    })),
    ...more,
  };
}

const newest = { beforeSeq: Number.MAX_SAFE_INTEGER, limit: 100 };
const anyPeriod = { periodMin: -1e9, periodMax: 1e9, limit: 100 };

/** What the words of a project come to, read in pages. */
async function standing(
  store: { overrideWords(project: string, options: object): Promise<OverrideWord[]> },
  periodMin = -1e9,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  let afterSeq = 0;
  for (;;) {
    const words = await store.overrideWords('shop', { afterSeq, periodMin, limit: 3 });
    for (const { seq, seriesId, period, standing: now } of words) {
      afterSeq = seq;
      if (now === undefined) found.delete(`${seriesId} ${period}`);
      else found.set(`${seriesId} ${period}`, now.value);
    }
    if (words.length < 3) return found;
  }
}

const setting = overrideSetting;

export function overrideStoreSuite(backend: ControlBackend): void {
  describe(`overrides in ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    test('keeps what was said, bit for bit, with its event, over a restart', async () => {
      const first = setting([
        [11, 1e-7],
        [10, 12.5],
      ]);
      const { records, replayed } = await fresh.store.setOverrides(first);
      assert.equal(replayed, false);
      await fresh.reopen();
      const again = await fresh.store.findOverrides('shop', first.id);
      assert.deepEqual(again, records);
      assert.deepEqual(
        again.map(({ period, value, end, replaces }) => [period, value, end, replaces]),
        [
          [10, 12.5, null, null],
          [11, 1e-7, null, null],
        ],
      );
      const [record] = again;
      assert.deepEqual(
        [record?.said, record?.reason, record?.by, record?.at],
        [said, first.reason, first.by, first.at],
      );
      const events = await fresh.store.readEvents({ afterSeq: 0, limit: 10 });
      assert.deepEqual(events.at(-1)?.data, {
        changeId: first.id,
        series: first.seriesId,
        periods: 2,
        periodMin: 10,
        periodMax: 11,
        by: first.by,
        reason: first.reason,
      });
      assert.deepEqual(await fresh.store.findOverrides('elsewhere', first.id), []);
    });

    test('one that is said again replaces the one before, which stays', async () => {
      const [before, after] = [setting([[10, 1]]), setting([[10, 2]])];
      await fresh.store.setOverrides(before);
      await fresh.store.setOverrides(setting([[10, 9]], { seriesId: 'other' }));
      await fresh.store.setOverrides(setting([[10, 9]], { project: 'elsewhere' }));
      await fresh.store.setOverrides(after);
      const [old] = await fresh.store.findOverrides('shop', before.id);
      const [now] = await fresh.store.findOverrides('shop', after.id);
      assert.deepEqual([old?.value, old?.end?.kind, old?.end?.replacedBy], [1, 'replaced', now?.id]);
      assert.deepEqual([now?.end, now?.replaces], [null, old?.id]);
      const mine = { ...newest, seriesId: before.seriesId };
      assert.deepEqual(
        (await fresh.store.listOverrides('shop', mine)).map(({ value }) => value),
        [2, 1],
      );
    });

    test('a withdrawal ends all or none, and never twice', async () => {
      const change = setting([
        [10, 1],
        [11, 2],
        [12, 3],
      ]);
      const { records } = await fresh.store.setOverrides(change);
      const [a, b, c] = records.map(({ id }) => id) as [string, string, string];
      const { sets: _, key: __, contentHash: ___, ...withdrawal } = setting([], { reason: 'cancelled' });
      const gone = await fresh.store.withdrawOverrides(withdrawal, [a]);
      assert.deepEqual(
        gone.map(({ end }) => [end?.kind, end?.reason, end?.replacedBy]),
        [['withdrawn', 'cancelled', null]],
      );
      for (const ids of [[a], [b, a], [b, 'ovr_none']])
        await assert.rejects(fresh.store.withdrawOverrides({ ...withdrawal, id: `ovc_x${made++}` }, ids), {
          code: 'overrides/not-standing',
        });
      const left = await fresh.store.standingOverrides('shop', anyPeriod);
      assert.deepEqual(
        left.map(({ id }) => id),
        [b, c],
      );
      // What is said after a withdrawal replaces nothing.
      const again = setting([[10, 7]]);
      await fresh.store.setOverrides(again);
      assert.equal((await fresh.store.findOverrides('shop', again.id))[0]?.replaces, null);
    });

    test('a key lands once, and is refused for anything else', async () => {
      const first = setting([[10, 1]], { key: 'k' });
      assert.equal(await fresh.store.hasOverrideKey('shop', 'k'), false);
      const { records } = await fresh.store.setOverrides(first);
      assert.equal(await fresh.store.hasOverrideKey('shop', 'k'), true);
      const same = { ...setting([[10, 1]], { key: 'k' }), contentHash: first.contentHash };
      assert.deepEqual(await fresh.store.setOverrides(same), { records, replayed: true });
      await assert.rejects(fresh.store.setOverrides(setting([[10, 2]], { key: 'k' })), {
        code: 'overrides/key-reused',
      });
      assert.equal(
        (await fresh.store.setOverrides(setting([[10, 2]], { key: 'k', project: 'elsewhere' }))).replayed,
        false,
      );
    });

    test('those that stand are found by period in pages, without loss or repetition', async () => {
      for (const period of [13, 10, 12, 11, 10])
        await fresh.store.setOverrides(setting([[period, period]], { seriesId: `s${made % 2}` }));
      const all = await fresh.store.standingOverrides('shop', anyPeriod);
      const seen: typeof all = [];
      for (;;) {
        const page = await fresh.store.standingOverrides('shop', {
          ...anyPeriod,
          after: seen.at(-1),
          limit: 2,
        });
        seen.push(...page);
        if (page.length < 2) break;
      }
      assert.deepEqual(seen, all);
      assert.deepEqual(
        all.map(({ period }) => period).sort(),
        all.map(({ period }) => period),
      );
      assert.equal(
        (await fresh.store.standingOverrides('shop', { ...anyPeriod, seriesId: 's0' })).length > 0,
        true,
      );
    });

    test('whatever is said and withdrawn in whatever order: who reads every word knows what stands', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(3), fc.nat(2), fc.boolean()), { maxLength: 12 }),
          async (acts) => {
            for (const [period, series, isSet] of acts) {
              const seriesId = `s${series}`;
              const one = setting([[period, made]], { seriesId });
              const [open] = await fresh.store.standingOverrides('shop', {
                ...anyPeriod,
                seriesId,
                periodMin: period,
                periodMax: period,
              });
              if (isSet) await fresh.store.setOverrides(one);
              else if (open !== undefined) await fresh.store.withdrawOverrides(one, [open.id]);
            }
            const records = await fresh.store.standingOverrides('shop', anyPeriod);
            const expected = new Map(
              records.map(({ seriesId, period, value }) => [`${seriesId} ${period}`, value]),
            );
            assert.equal(expected.size, records.length);
            assert.deepEqual(
              new Map([...(await standing(fresh.store))].sort()),
              new Map([...expected].sort()),
            );
            assert.ok(
              [...(await standing(fresh.store, 2)).keys()].every((key) => Number(key.split(' ')[1]) >= 2),
            );
          },
        ),
        { numRuns: 15 },
      );
    });
  });
}
