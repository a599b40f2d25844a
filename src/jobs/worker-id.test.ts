import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { workerIdentity } from './worker-id.ts';

test('a worker of a process that has ended is gone, one of a living process or of another machine is not', async () => {
  const { workerId, isGone } = workerIdentity('a1');
  assert.equal(isGone(workerId), false);
  const child = spawn(process.execPath, ['-e', '']);
  const itsId = workerId.replace(`:${process.pid}:`, `:${child.pid}:`);
  await once(child, 'exit');
  assert.equal(isGone(itsId), true);
  assert.equal(isGone(`elsewhere:${child.pid}:b2`), false);
  assert.equal(isGone('nonsense'), false);
});
