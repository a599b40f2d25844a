// The primary and its serving processes over a channel in memory: what becomes of a version that is to be promoted.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { ManualTimers } from '../../../test/fixtures/serving-world.ts';
import { Promotion } from '../../services/registry/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import { proveWithinMs } from './messages.ts';
import { type Child, ProcessGroup } from './process-group.ts';
import { ServerProcess } from './server-process.ts';

const version = { id: 'ver_2', project: 'shop', number: 2 } as VersionRecord;
type Trial = () => Promise<string | undefined>;

/** A serving process whose messages go straight to its primary and back. */
function serving(pid: number, trial: Trial) {
  const toPrimary = new EventEmitter();
  const toServer = new EventEmitter();
  const child: Child & { end(): void } = {
    send: (message) => toServer.emit('message', message),
    isConnected: () => true,
    on: (event, listener) => toPrimary.on(event, listener),
    once: (event, listener) => toPrimary.once(event, listener as () => void),
    process: { pid, kill: () => true },
    end: () => void toPrimary.emit('exit', 1, null),
  };
  const self = new ServerProcess({
    channel: {
      send: (message) => toPrimary.emit('message', message),
      on: (event, listener) => toServer.on(event, listener),
    },
    timers,
    prove: trial,
  });
  return { child, self };
}

const timers = new ManualTimers();

async function groupOf(...trials: readonly Trial[]) {
  const processes = trials.map((trial, i) => serving(100 + i, trial));
  const waiting = [...processes];
  const group = new ProcessGroup({
    count: trials.length,
    fork: () => (waiting.shift() ?? serving(999, async () => undefined)).child,
    timers,
    log: { error: () => {} },
    metrics: async () => '',
  });
  const started = group.start();
  for (const { self } of processes) self.listening('http://127.0.0.1:7400');
  await started;
  return { group, processes };
}

const proves: Trial = async () => undefined;
const refuses: Trial = async () => 'its forecasts add up to 110 times those of the version that serves now';

test('one of two processes refuses: the alias stays, and the refusal is written on the version', async () => {
  const { group, processes } = await groupOf(proves, refuses);
  const marks: string[] = [];
  const promotion = new Promotion({
    registry: {
      markProven: async () => void marks.push('proven'),
      markRefused: async (id, reason) => void marks.push(`${id}: ${reason}`),
      setAlias: () => Promise.reject(new Error('the alias was moved')),
      previousChampion: async () => version,
    },
    processes: { prove: (one) => group.prove(one), follow: async () => {} },
  });
  const cause = { by: 'cli test', reason: 'better' } as const;
  await assert.rejects(promotion.promote(version, cause), { code: 'serving/swap-refused' });
  assert.deepEqual(marks, [`ver_2: ${await refuses()} (in 1 of 2 processes)`]);
  // Asked of a serving process it is the same.
  assert.equal(await processes[0]?.self.prove(version), marks[0]?.slice('ver_2: '.length));
});

test('all of them prove it', async () => {
  const { group, processes } = await groupOf(proves, proves);
  assert.equal(await group.prove(version), undefined);
  assert.equal(await processes[1]?.self.prove(version), undefined);
});

test('one that does not answer leaves it unproven, one that has ended is not waited for', async () => {
  const silent = (): Promise<undefined> => new Promise(() => {});
  const { group } = await groupOf(proves, silent);
  const asked = assert.rejects(group.prove(version), { code: 'serving/not-proven' });
  await timers.run(proveWithinMs);
  await asked;

  const { group: other, processes } = await groupOf(proves, silent);
  const finding = other.prove(version);
  processes[1]?.child.end();
  assert.equal(await finding, undefined);
});

test('a store that does not answer a process says nothing of the version', async () => {
  const { group } = await groupOf(proves, () => Promise.reject(new Error('database is locked')));
  await assert.rejects(group.prove(version), /database is locked/);
});
