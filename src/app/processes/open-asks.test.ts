import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerWithinMs } from './messages.ts';
import { OpenAsks } from './open-asks.ts';
import { PretendTimers } from './testing.ts';

describe('OpenAsks', () => {
  it('joins each answer to its question, in any order', async () => {
    const timers = new PretendTimers();
    const asks = new OpenAsks<string>(timers);
    const numbers: number[] = [];
    const answers = ['a', 'b'].map(() => asks.put((number) => numbers.push(number)));
    for (const number of [...numbers].reverse()) asks.answer(number, `to ${number}`);
    assert.deepEqual(
      await Promise.all(answers),
      numbers.map((number) => `to ${number}`),
    );
    assert.equal(timers.waiting, 0);
  });

  it('gives up on a question after a while, and takes no notice of an answer that comes later', async () => {
    const timers = new PretendTimers();
    const asks = new OpenAsks<string>(timers);
    let asked = 0;
    const answer = asks.put((number) => {
      asked = number;
    });
    timers.pass(answerWithinMs);
    assert.equal(await answer, undefined);
    asks.answer(asked, 'late');
    asks.answer(99, 'to nothing');
  });

  it('takes an answer that comes while it is asking', async () => {
    const asks = new OpenAsks<string>(new PretendTimers());
    assert.equal(await asks.put((number) => asks.answer(number, 'at once')), 'at once');
  });
});
