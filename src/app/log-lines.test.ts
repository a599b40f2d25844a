import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { LogLines } from './log-lines.ts';

/** What the place that lines go to does next: takes so many bytes, or fails with the code. */
let answers: (number | string)[];
let written: string;
let later: (() => void)[];

beforeEach(() => {
  answers = [];
  written = '';
  later = [];
});

function lines(heldBytesMax = 100): LogLines {
  return new LogLines({
    write: (bytes) => {
      const answer = answers.shift() ?? bytes.length;
      if (typeof answer === 'string') throw Object.assign(new Error(answer), { code: answer });
      written += Buffer.from(bytes.subarray(0, answer)).toString();
      return Math.min(answer, bytes.length);
    },
    later: (callback) => later.push(callback),
    lostLine: (count, reason) => `lost ${count}: ${reason}`,
    heldBytesMax,
  });
}

test('a line that cannot be written is dropped, counted, and told of when lines can be written again', () => {
  const log = lines();
  answers = ['ENOSPC', 'ENOSPC'];
  log.write('one');
  log.write('two');
  assert.equal(written, '');
  assert.equal(log.lost, 2);
  log.write('three');
  log.write('four');
  assert.equal(written, 'three\nlost 2: ENOSPC\nfour\n');
  assert.equal(log.lost, 2);
});

test('news of lost lines that are lost themselves are told later, and are not counted', () => {
  const log = lines();
  answers = ['ENOSPC', 100, 'ENOSPC'];
  log.write('one');
  log.write('two');
  assert.equal(log.lost, 1);
  log.write('three');
  assert.equal(written, 'two\nthree\nlost 1: ENOSPC\n');
});

test('a slow reader gets its lines later, in order and whole', () => {
  const log = lines();
  answers = [2, 'EAGAIN', 'EAGAIN'];
  log.write('one');
  log.write('two');
  assert.equal(written, 'on');
  assert.equal(later.length, 1, 'one retry waits, not two');
  later.shift()?.();
  assert.equal(written, 'one\ntwo\n');
  assert.equal(log.lost, 0);
});

test('what is held for a slow reader has a bound', () => {
  const log = lines(10);
  answers = ['EAGAIN', 'EAGAIN', 'EAGAIN'];
  log.write('one');
  log.write('two');
  log.write('three');
  assert.equal(log.lost, 1);
  later.shift()?.();
  assert.equal(written, 'one\ntwo\n');
  log.write('four');
  assert.match(written, /^one\ntwo\nfour\n/);
});

test('a line that broke off does not run into the next one', () => {
  const log = lines();
  answers = [2, 'ENOSPC'];
  log.write('one');
  log.write('two');
  assert.equal(written, 'on\ntwo\nlost 1: ENOSPC\n');
});
