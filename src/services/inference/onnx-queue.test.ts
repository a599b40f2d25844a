// Who is answered with whom, without threads: bounds of rows, values and time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OnnxQueue, type Waiting } from './onnx-queue.ts';

interface Named extends Waiting {
  readonly name: string;
}

const bounds = { rowsMax: 8, valuesMax: 100, msMax: 20, hurriedMs: 1000 };
const minute = 60_000;

function task(name: string, other: Partial<Waiting> = {}): Named {
  return { name, key: 'model', rows: 1, values: 2, endsAt: minute, ...other };
}

/** Takes everything, in runs. `msPerRow` undefined = nothing was measured. */
function runsOf(tasks: readonly Named[], msPerRow: number | undefined): string[] {
  const queue = new OnnxQueue<Named>(bounds);
  if (msPerRow !== undefined) queue.measured(task('before'), 10, 10 * msPerRow);
  for (const each of tasks) queue.add(each);
  const runs: string[] = [];
  for (let taken = queue.take(0); taken.length > 0; taken = queue.take(0))
    runs.push(taken.map(({ name }) => name).join(''));
  assert.equal(queue.size, 0);
  return runs;
}

test('joins what waits for the same, in the order it came; others keep theirs', () => {
  const other = { key: 'other model' };
  assert.deepEqual(runsOf([task('a'), task('b', other), task('c'), task('d')], 0.1), ['acd', 'b']);
  assert.deepEqual(runsOf([task('a', { key: undefined }), task('b', { key: undefined })], 0.1), ['a', 'b']);
});

test('joins nothing before a run was measured', () => {
  assert.deepEqual(runsOf([task('a'), task('b')], undefined), ['a', 'b']);
});

test('keeps to rows and values', () => {
  assert.deepEqual(runsOf([task('a', { rows: 5 }), task('b', { rows: 4 }), task('c', { rows: 3 })], 0.1), [
    'ac',
    'b',
  ]);
  assert.deepEqual(runsOf([task('a', { rows: 9 }), task('b')], 0.1), ['a', 'b'], 'a large one goes alone');
  assert.deepEqual(runsOf([task('a', { values: 60 }), task('b', { values: 60 })], 0.1), ['a', 'b']);
});

test('keeps to the time that a run for several may take', () => {
  assert.deepEqual(
    runsOf(
      [...'abcde'].map((name) => task(name)),
      10,
    ),
    ['ab', 'cd', 'e'],
  );
  assert.deepEqual(
    runsOf(
      [...'abc'].map((name) => task(name)),
      30,
    ),
    ['a', 'b', 'c'],
  );
});

test('who has little time left goes alone, and others make short runs while it waits', () => {
  const hurried = (name: string) => task(name, { endsAt: 40 });
  assert.deepEqual(runsOf([hurried('a'), task('b'), task('c')], 1), ['a', 'bc']);
  // A quarter of 40 ms at 4 ms a row: two rows, and no more, before it is its turn.
  assert.deepEqual(runsOf([task('a'), task('b'), task('c'), hurried('d'), task('e')], 4), ['ab', 'ce', 'd']);
});

test('forgets what one slow run said', () => {
  const queue = new OnnxQueue<Named>(bounds);
  queue.measured(task('slow'), 1, 1000);
  for (let i = 0; i < 100; i++) queue.measured(task('fast'), 1, 0.1);
  for (const name of 'abc') queue.add(task(name));
  assert.equal(queue.take(0).length, 3);
});

test('tasks put first are first, and one that was removed is not taken', () => {
  const queue = new OnnxQueue<Named>(bounds);
  const [a, b, c] = [task('a'), task('b'), task('c')];
  queue.add(a);
  queue.putFirst([b, c]);
  assert.equal(queue.remove(c), true);
  assert.equal(queue.remove(c), false);
  assert.deepEqual(queue.take(0), [b]);
  assert.deepEqual(queue.removeAll(), [a]);
});
