import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withoutAborted } from './kafka.ts';

const transactional = 16;
const control = 32;
const batch = (
  firstOffset: number,
  producer: number,
  attributes: number,
): { firstOffset: bigint; producerId: bigint; attributes: number } => ({
  firstOffset: BigInt(firstOffset),
  producerId: BigInt(producer),
  attributes,
});
const aborted = (producer: number, firstOffset: number): { producerId: bigint; firstOffset: bigint } => ({
  producerId: BigInt(producer),
  firstOffset: BigInt(firstOffset),
});
const offsetsOf = (batches: readonly { firstOffset: bigint }[]): number[] =>
  batches.map(({ firstOffset }) => Number(firstOffset));

describe('withoutAborted', () => {
  it('leaves plain batches and committed transactions as they are, without their control batches', () => {
    const batches = [batch(0, 1, 0), batch(5, 2, transactional), batch(9, 2, transactional | control)];
    assert.deepEqual(offsetsOf(withoutAborted(batches, [])), [0, 5]);
  });

  it('drops an aborted transaction up to its control batch, and nothing of other producers meanwhile', () => {
    const batches = [
      batch(0, 1, transactional), // aborted
      batch(2, 2, transactional), // committed, in between
      batch(4, 1, transactional), // aborted, the same transaction
      batch(6, 3, 0), // plain
      batch(7, 1, transactional | control), // the abort
      batch(8, 1, transactional), // the next transaction of the same producer
      batch(9, 2, transactional | control),
      batch(10, 1, transactional | control),
    ];
    assert.deepEqual(offsetsOf(withoutAborted(batches, [aborted(1, 0)])), [2, 6, 8]);
  });

  it('knows a transaction that began before the batches that were fetched', () => {
    const batches = [
      batch(100, 1, transactional),
      batch(110, 1, transactional | control),
      batch(111, 1, transactional),
    ];
    assert.deepEqual(offsetsOf(withoutAborted(batches, [aborted(1, 40)])), [111]);
  });

  it('drops two aborted transactions of one producer, and keeps the committed one between them', () => {
    const batches = [
      batch(0, 1, transactional),
      batch(1, 1, transactional | control),
      batch(2, 1, transactional),
      batch(3, 1, transactional | control),
      batch(4, 1, transactional),
      batch(5, 1, transactional | control),
    ];
    assert.deepEqual(offsetsOf(withoutAborted(batches, [aborted(1, 4), aborted(1, 0)])), [2]);
  });
});
