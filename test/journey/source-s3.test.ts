// Files of a real S3 server through real servers that are killed: each counts once, as it is now.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Rng } from '../../src/core/index.ts';
import { BucketFiles } from '../fixtures/bucket-files.ts';
import { differences } from '../fixtures/orders.ts';
import { noS3Server, type S3Server, startS3 } from '../fixtures/s3-server.ts';
import { historyOf } from './history-of.ts';
import { KilledServer, writeShop } from './source-kills.ts';

describe('a source of files in a bucket', { skip: noS3Server }, () => {
  let s3: S3Server;
  let folder: string;
  let server: KilledServer;
  let files: BucketFiles;

  before(async () => {
    s3 = await startS3();
    folder = await mkdtemp(join(tmpdir(), 'almanac-source-'));
    const rng = new Rng(5);
    files = new BucketFiles(s3, { rng, rule: 'sum' });
    await writeShop(folder, 'sum', { till: files.settings() });
    server = new KilledServer({
      folder,
      source: 'till',
      rng,
      everyMs: 300,
      stepMsMax: 1500,
      step: () => files.step(),
    });
    await server.start();
  });
  after(async () => {
    await server?.kill();
    await s3?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a file without a column that is read pauses it, by name, and nothing of the file lands', async () => {
    await server.readWhole();
    await server.pauseSteps();
    await files.rename('pieces');
    const { reason } = await server.until('the pause', ({ state }) => state === 'paused');
    assert.match(reason ?? '', /source till: till\/[\d-]+\/\d+ sales\+1\.csv has no column "units"/);
    await files.rename('units');
    assert.equal((await server.post('resume')).status, 200);
    server.goOn();
    await server.readWhole();
  });

  test('a store that goes away is told of, and a killed server loses and doubles nothing', async () => {
    await server.pauseSteps();
    await s3.stop();
    const { reason } = await server.until('the failure', ({ state }) => state === 'failing');
    assert.match(reason ?? '', /bucket exports at http:\/\/127\.0\.0\.1.* cannot be read for source till/);
    await s3.start();
    server.goOn();
    await server.until('the recovery', ({ state }) => state === 'ok');
    await server.killAfter(1500);
    await server.pauseSteps();
    await server.readWhole();
    const { corrections } = await server.view();
    await server.stop();
    assert.ok(corrections > 0, 'files were exported again');
    assert.deepEqual(differences(await historyOf(folder), files.truth()), []);
  });
});
