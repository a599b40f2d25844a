// Deliveries over a real store: each lands once by its id, and what is wrong is seen where sources are.

import assert from 'node:assert/strict';
import { createHmac, randomFillSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import {
  type Clock,
  defaultDialect,
  IdSource,
  isAppError,
  type Project,
  type WebhookSettings,
} from '../../core/index.ts';
import { openFileBlobs } from '../../storage/files/index.ts';
import type { SourceRecord } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { type IngestResult, openData } from '../data/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { Webhooks } from './webhooks.ts';

const secret = 'sesame-open-sesame';

interface World {
  /** What the machine says of the time, and its environment of the secret. */
  readonly says: { at: number; secret: string | undefined };
  send(
    id: string,
    body: string,
    change?: { format?: 'json' | 'csv'; key?: string; name?: string },
  ): Promise<IngestResult>;
  record(): Promise<SourceRecord | undefined>;
  known(): Promise<number[]>;
  events(): Promise<string[]>;
  readonly webhooks: Webhooks;
  headers(id: string, body: string, key?: string): Record<string, string>;
}

async function inWorld(
  settings: Partial<WebhookSettings>,
  work: (world: World) => Promise<void>,
  change: Partial<Project> = { conflicts: 'sum' },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-webhooks-'));
  const says = { at: Date.UTC(2026, 0, 2), secret: secret as string | undefined };
  const clock: Clock = { now: () => says.at };
  const ids = new IdSource(clock.now, (bytes) => void randomFillSync(bytes));
  const store = openSqliteStore({ path: join(folder, 'control.sqlite'), clock });
  const project = projectLike(change);
  await store.putProject(project, 1);
  const blobs = openFileBlobs({ folder: join(folder, 'blobs'), ids });
  const scratchFolder = join(folder, 'scratch');
  const data = openData({ store, blobs, files: blobs, ids, clock, timers: systemTimers, scratchFolder });
  const webhooks = new Webhooks({
    sources: [
      {
        name: 'till',
        kind: 'webhook',
        project: project.name,
        passwordVariable: 'TILL',
        authentication: 'signature',
        deliveryHeader: 'webhook-id',
        replaySeconds: 300,
        ...settings,
      },
    ],
    projects: { find: (name) => (name === project.name ? project : undefined) },
    store,
    data,
    clock,
    secretOf: () => says.secret,
  });
  const headers = (id: string, body: string, key = secret): Record<string, string> => {
    const time = String(Math.round(says.at / 1000));
    const signed = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signed}` };
  };
  const world: World = {
    says,
    webhooks,
    headers,
    send: async (id, body, { format = 'json', key, name = 'till' } = {}) => {
      const admission = await webhooks.admit(name, headers(id, body, key));
      try {
        const read = { format: async () => ({ format }), payload: () => JSON.parse(body) as unknown };
        return await webhooks.take(admission, Buffer.from(body), read);
      } finally {
        admission.release();
      }
    },
    record: () => store.readSource('till'),
    known: async () => {
      await data.seal(project.name);
      const panel = await data.readPanel(project, (await data.createSnapshot(project.name)).id);
      return panel.series.flatMap(({ values }) => [...values]);
    },
    events: async () =>
      (await store.readEvents({ afterSeq: 0, limit: 100 }))
        .map(({ type }) => type)
        .filter((type) => type.startsWith('source.')),
  };
  try {
    await work(world);
  } finally {
    await data.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const row = (units: number | string, date = '2020-01-01'): object => ({ item: 'a', date, units });
const rows = (...units: (number | string)[]): string => JSON.stringify(units.map((each) => row(each)));
const refused = (code: Parameters<typeof isAppError>[1], says: RegExp) => (error: unknown) =>
  isAppError(error, code) && says.test(error.message);

describe('a webhook with a mapping', () => {
  const erp = {
    dialect: { ...defaultDialect, decimal: ',' as const, dateFormat: 'dd.MM.yyyy' },
    columns: { item: 'Artikel', date: 'Tag', units: 'Menge' },
    values: { item: { 'A-1': 'a' } },
  };
  const line = { Artikel: 'A-1', Tag: '01.02.2020', Menge: '2,5' };

  it('reads rows as its sender calls and writes them', () =>
    inWorld(
      { mapping: 'erp' },
      async ({ send, known }) => {
        const { batch, problems } = await send('1', JSON.stringify([line]));
        assert.deepEqual([batch.rowsAccepted, problems], [1, []]);
        assert.deepEqual(await known(), [2.5]);
      },
      { mappings: { erp } },
    ));

  it('reads fields of a payload so too: they are named as the mapping calls them', () =>
    inWorld(
      { mapping: 'erp', rowsPath: 'lines', fields: { Artikel: 'sku', Tag: '$.day', Menge: 'n' } },
      async ({ send, known }) => {
        const payload = { day: '01.02.2020', lines: [{ sku: 'A-1', n: '2,5' }] };
        assert.equal((await send('1', JSON.stringify(payload))).batch.rowsAccepted, 1);
        assert.deepEqual(await known(), [2.5]);
      },
      { mappings: { erp } },
    ));

  it('that its project has not refuses deliveries, and the source says so', () =>
    inWorld({ mapping: 'other' }, async ({ send, record, webhooks }) => {
      await assert.rejects(
        send('1', rows(5)),
        refused('data/bad-mapping', /has no mapping "other"; it has: none/),
      );
      assert.equal((await record())?.problem?.code, 'data/bad-mapping');
      // Who proves nothing learns nothing of it.
      await assert.rejects(webhooks.admit('till', {}), refused('sources/unauthorized', /no header/));
    }));
});

describe('a delivery', () => {
  it('lands once, however often it is sent; with another content it is refused', () =>
    inWorld({}, async ({ send, known, record, events }) => {
      assert.equal((await send('1', rows(5))).replayed, false);
      assert.equal((await send('1', rows(5))).replayed, true);
      await assert.rejects(send('1', rows(6)), refused('data/idempotency-conflict', /came with other bytes/));
      assert.equal((await record())?.problem?.code, 'data/idempotency-conflict');
      // One object is a row; with another id the same is another sale.
      await send('2', JSON.stringify(row(5)));
      const all = await Promise.all(['3', '4', '3', '5'].map((id) => send(id, rows(1))));
      assert.equal(all.filter(({ replayed }) => !replayed).length, 3);
      await send('6', 'item,date,units\na,2020-01-01,2\n', { format: 'csv' });
      assert.deepEqual(await known(), [15]);
      const { rows: taken = 0, position = {}, problem, readAt } = (await record()) ?? {};
      assert.deepEqual(
        [taken, position, problem, readAt],
        [6, { watermark: '6' }, null, Date.UTC(2026, 0, 2)],
      );
      assert.deepEqual(await events(), ['source.failing', 'source.recovered']);
    }));

  it('is read field by field where the settings say so, and recognised by what was sent', async () => {
    const order = JSON.stringify({
      at: '2020-01-01',
      lines: [
        { sku: 'a', qty: 2 },
        { sku: 'a', qty: 3 },
      ],
    });
    const fields = { item: 'sku', date: '$.at', units: 'qty' };
    await inWorld({ rowsPath: 'lines', fields }, async ({ send, known }) => {
      await send('1', order);
      assert.equal((await send('1', order)).replayed, true);
      await assert.rejects(
        send('1', order.replace('3', '4')),
        refused('data/idempotency-conflict', /other bytes/),
      );
      await assert.rejects(
        send('2', 'a,b', { format: 'csv' }),
        refused('sources/bad-delivery', /it is JSON, and this is csv/),
      );
      await assert.rejects(
        send('2', JSON.stringify({ lines: [], note: 'x'.repeat(600_000) })),
        refused('sources/delivery-too-large', /at most 524288 bytes/),
      );
      assert.deepEqual(await known(), [5]);
    });
  });

  it('with some bad rows lands without them; of nothing else it is refused, and may be sent again', () =>
    inWorld({}, async ({ send, known, record }) => {
      const some = await send('1', rows(5, 'many'));
      assert.deepEqual([some.batch.rowsAccepted, some.batch.rowsQuarantined], [1, 1]);
      await assert.rejects(send('2', rows('many', 'few')), (error) => {
        assert.ok(isAppError(error, 'sources/bad-delivery'));
        assert.match(error.message, /none of its 2 rows can be taken in, row 1: .*\(bad-number\)/);
        assert.equal((error.details.errors as object[]).length, 2);
        return true;
      });
      assert.match((await record())?.problem?.message ?? '', /none of its 2 rows/);
      await send('2', rows(7));
      // The sum waits for the row that was refused.
      assert.deepEqual(await known(), [Number.NaN]);
      for (const body of ['[]', '{', 'null']) await assert.rejects(send('3', body));
    }));

  it('that proves nothing is told of once in a while, and its body is not looked at', () =>
    inWorld({}, async ({ says, send, record, webhooks }) => {
      const unauthorized = refused('sources/unauthorized', /its signature is not that/);
      for (let i = 0; i < 3; i++) await assert.rejects(send('1', rows(5), { key: 'another' }), unauthorized);
      assert.equal((await record())?.problem?.failures, 1);
      says.at += 61_000;
      await assert.rejects(
        webhooks.admit('till', {}),
        refused('sources/unauthorized', /no header webhook-timestamp/),
      );
      assert.equal((await record())?.problem?.failures, 2);
      says.secret = undefined;
      await assert.rejects(send('1', rows(5)), refused('sources/no-secret', /TILL is not set/));
      await assert.rejects(
        send('1', rows(5), { name: 'other' }),
        refused('sources/unknown-source', /no webhook/),
      );
      says.secret = `next-secret-of-ours ${secret}`;
      await send('1', rows(5));
      assert.equal((await record())?.problem, null);
    }));

  it('waits at its sender while too many are under way', () =>
    inWorld({}, async ({ webhooks, headers }) => {
      const held = [];
      for (let i = 0; i < 16; i++) held.push(await webhooks.admit('till', headers(`${i}`, '')));
      await assert.rejects(webhooks.admit('till', headers('17', '')), (error) => {
        assert.ok(isAppError(error, 'sources/busy'));
        assert.equal(error.details.retryAfterSeconds, 1);
        return true;
      });
      held[0]?.release();
      (await webhooks.admit('till', headers('17', ''))).release();
    }));
});
