// A wrong batch is taken back while a server runs: its forecasts and the labels of its predictions are as if it had not come,
// without a restart; undone, it counts again.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAlmanac } from '../../src/app/main.ts';
import { ManualClock } from '../../src/core/index.ts';
import { AlmanacClient } from '../../src/interfaces/client/index.ts';
import { resolveConfig } from '../../src/interfaces/config/index.ts';

const begin = Date.UTC(2026, 0, 1);
const days = 60;
const date = (day: number): string => new Date(begin + day * 86_400_000).toISOString().slice(0, 10);
const row = (item: string, day: number, units: number): Record<string, string | number> => ({
  item,
  date: date(day),
  units,
});

test('withdrawn rows move neither forecasts nor labels, of a running server, and count again when that is undone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-withdraw-'));
  const shop = {
    horizonSteps: 7,
    seasons: [7],
    models: ['snaive'],
    retrainEveryPeriods: 0,
    contract: { unitJumpFactor: 0 },
    columns: { series: 'item', time: 'date', target: 'units' },
  };
  const config = resolveConfig(
    { dataFolder: folder, port: 0, logLevel: 'silent', projects: { shop } },
    { cwd: folder },
  );
  const clock = new ManualClock(begin + (days + 3) * 86_400_000);
  const almanac = await openAlmanac(config, { version: 'test', clock });
  try {
    const { url } = await almanac.listen();
    const client = new AlmanacClient({ baseUrl: url });
    const history = ['a', 'b'].flatMap((item) =>
      Array.from({ length: days }, (_, day) => row(item, day, 10 + (day % 7))),
    );
    await client.observe('shop', history, { closedThrough: date(days - 1) });
    const { jobId } = await client.train('shop', {});
    assert.equal((await client.waitForJob(jobId)).state, 'done');
    const means = async (): Promise<(number | null)[]> => {
      const { forecasts } = await client.forecast('shop', { series: ['a'], horizon: 7 });
      return forecasts[0]?.steps.map(({ mean }) => mean) ?? [];
    };
    await client.forecast('shop', { series: ['a', 'b'], horizon: 7 });

    const wrong = await client.observe('shop', [row('a', days, 9999), row('b', days, 9999)], {
      closedThrough: date(days),
    });
    assert.ok((await means()).includes(9999), 'the wrong row is seen');
    assert.equal((await client.accuracy('shop', {})).overall.labelsJoined, 2);

    const { withdrawal, changed } = await client.withdraw('shop', { batch: wrong.batchId, reason: 'cents' });
    assert.deepEqual({ rows: withdrawal.rows, changed }, { rows: 2, changed: 2 });
    assert.ok(!(await means()).includes(9999), 'forecasts follow without a restart');
    assert.equal((await client.accuracy('shop', {})).overall.labelsJoined, 0);
    assert.equal((await client.withdrawals('shop'))[0]?.reason, 'cents');
    const listed = (await client.batches('shop')).filter(({ source }) => source === 'http');
    assert.deepEqual(
      listed.map(({ id, accepted, withdrawn }) => [id === wrong.batchId, accepted, withdrawn]),
      [
        [true, 2, 2],
        [false, 2 * days, 0],
      ],
      'the list names the batch to take back, and says that it was',
    );
    assert.equal(listed[0]?.to, date(days));
    assert.equal((await client.batches('shop', { before: wrong.batchId, limit: 1 })).length, 1);
    await assert.rejects(client.batches('shop', { before: 'bat_none' }), { code: 'data/unknown-batch' });

    await client.undoWithdrawal('shop', withdrawal.id);
    assert.ok((await client.batches('shop')).every(({ withdrawn }) => withdrawn === 0));
    assert.ok((await means()).includes(9999));
    assert.equal((await client.accuracy('shop', {})).overall.labelsJoined, 2);
    await assert.rejects(client.undoWithdrawal('shop', withdrawal.id), { code: 'data/unknown-withdrawal' });
    await assert.rejects(client.withdraw('shop', {}), { code: 'http/invalid-request' });
  } finally {
    await almanac.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
