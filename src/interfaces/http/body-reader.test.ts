import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { BodyBudget, BodyShare, readBody } from './body-reader.ts';

function shareOf(bytesMax: number): { budget: BodyBudget; share: BodyShare; response: EventEmitter } {
  const budget = new BodyBudget(bytesMax);
  const response = new EventEmitter();
  return { budget, share: new BodyShare(budget, response as ServerResponse), response };
}

function payloadOf(chunks: readonly Uint8Array[]): IncomingMessage {
  return Readable.from(chunks.map((chunk) => Buffer.from(chunk))) as IncomingMessage;
}

test('a body is the same however it was cut, and is given back when its answer is out', async () => {
  const size = fc.integer({ min: 1, max: 70_000 });
  await fc.assert(
    fc.asyncProperty(fc.array(size, { maxLength: 8 }), fc.boolean(), async (sizes, isDeclared) => {
      const chunks = sizes.map((length, i) => new Uint8Array(length).fill(i + 1));
      const whole = Buffer.concat(chunks);
      const { budget, share, response } = shareOf(1e9);
      const declared = isDeclared ? whole.length : undefined;
      const read = await readBody(payloadOf(chunks), { bytesMax: 1e9, declared, share });
      assert.ok(read.equals(whole));
      assert.ok(budget.held === 0 || budget.held >= whole.length);
      response.emit('close');
      assert.equal(budget.held, 0);
    }),
    { numRuns: 50 },
  );
});

test('a hundred thousand bytes in pieces of one hold little more than themselves', async () => {
  const { budget, share } = shareOf(120_000);
  const chunks = Array.from({ length: 100_000 }, () => Uint8Array.of(7));
  const read = await readBody(payloadOf(chunks), { bytesMax: 1e6, declared: undefined, share });
  assert.equal(read.length, 100_000);
  assert.ok(budget.held <= 120_000);
});

test('too long, too short and too much for all is refused', async () => {
  const body = [new Uint8Array(40_000), new Uint8Array(40_000)];
  const read = (options: { bytesMax?: number; declared?: number; budget?: number }): Promise<Buffer> =>
    readBody(payloadOf(body), {
      bytesMax: options.bytesMax ?? 1e6,
      declared: options.declared,
      share: shareOf(options.budget ?? 1e6).share,
    });
  await assert.rejects(read({ bytesMax: 79_999 }), { code: 'http/body-too-large' });
  await assert.rejects(read({ bytesMax: 79_999, declared: 80_000 }), { code: 'http/body-too-large' });
  await assert.rejects(read({ declared: 80_001 }), { code: 'http/invalid-body' });
  await assert.rejects(read({ budget: 79_999 }), { code: 'http/too-many-bodies' });
  assert.equal((await read({ declared: 80_000, budget: 80_000 })).length, 80_000);
});
