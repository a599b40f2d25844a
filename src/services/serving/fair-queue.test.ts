import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../test/fixtures/serving-world.ts';
import { FairQueue } from './fair-queue.ts';

/** A queue on a clock that only its pieces move: each takes `ms`. */
function queueOf({ sliceMs = 8, waitMsMax = 1000 } = {}) {
  const timers = new ManualTimers();
  let now = 0;
  const queue = new FairQueue({
    timers: { setImmediate: (callback) => timers.setImmediate(callback), elapsedMs: () => now },
    sliceMs,
    waitMsMax,
  });
  const order: string[] = [];
  const add = (name: string, count: number, { ms = 1, background = false, until = Infinity } = {}) =>
    queue.run({
      count,
      background,
      until,
      step: (i) => {
        order.push(`${name}${i}`);
        now += ms;
      },
    });
  return { queue, timers, order, add, later: (ms: number) => (now += ms) };
}

test('requests take turns, so that a small one does not wait for all of a large one', async () => {
  const { timers, order, add } = queueOf();
  const ended: string[] = [];
  const large = add('l', 100).then(() => ended.push('large'));
  const small = add('s', 2).then(() => ended.push('small'));
  await timers.run();
  await Promise.all([large, small]);
  assert.deepEqual(order.slice(0, 5), ['l0', 's0', 'l1', 's1', 'l2']);
  assert.deepEqual(ended, ['small', 'large']);
});

test('a slice ends after its time, and other work of the loop comes first', async () => {
  const { timers, order, add } = queueOf({ sliceMs: 3 });
  const work = add('w', 7);
  const seen: number[] = [];
  const look = (): void => {
    seen.push(order.length);
    if (order.length < 7) timers.setImmediate(look);
  };
  timers.setImmediate(look);
  await timers.run();
  await work;
  assert.deepEqual(seen, [3, 6, 7]);
});

test('background work is done while nothing else waits', async () => {
  const { timers, order, add } = queueOf();
  const background = add('b', 3, { background: true });
  const request = add('r', 3);
  await timers.run();
  await Promise.all([background, request]);
  assert.deepEqual(order, ['r0', 'r1', 'r2', 'b0', 'b1', 'b2']);
});

test('what would wait too long is refused at once and told when to come again', async () => {
  const { timers, add, queue } = queueOf({ waitMsMax: 100 });
  const first = add('a', 10, { ms: 10 });
  await timers.run();
  await first;
  const large = add('l', 50, { ms: 10 });
  assert.equal(queue.waiting, 50);
  await assert.rejects(add('x', 50), {
    code: 'serving/overloaded',
    details: { waiting: 50, retryAfterSeconds: 1 },
  });
  // One piece waits for one turn of the other only.
  const small = add('s', 1);
  await timers.run();
  await Promise.all([large, small]);
});

test('work that nobody waits for any more is dropped', async () => {
  const { timers, order, add } = queueOf();
  const slow = add('s', 50, { until: 20 });
  const failed = assert.rejects(slow, { code: 'serving/deadline-exceeded' });
  await timers.run();
  await failed;
  assert.ok(order.length > 15 && order.length < 25);
});

test('work whose client has gone ends before its next piece', async () => {
  const { timers, order, queue, add } = queueOf();
  let gone = false;
  const left = queue.run({
    count: 50,
    isGone: () => gone,
    step: (i) => {
      gone = i === 2;
    },
  });
  const failed = assert.rejects(left, { code: 'serving/abandoned' });
  const other = add('o', 3);
  await timers.run();
  await Promise.all([failed, other]);
  assert.deepEqual(order, ['o0', 'o1', 'o2']);
  assert.equal(queue.waiting, 0);
});

test('a piece that throws ends its own work only', async () => {
  const { timers, queue, add } = queueOf();
  const bad = queue.run({
    count: 2,
    step: () => {
      throw new Error('no such thing');
    },
  });
  const failed = assert.rejects(bad, /no such thing/);
  const good = add('g', 2);
  await timers.run();
  await Promise.all([failed, good]);
});
