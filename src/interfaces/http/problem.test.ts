import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, type ErrorCode } from '../../core/index.ts';
import { problemOf } from './problem.ts';

const of = (code: ErrorCode) =>
  problemOf(new AppError(code, 'a check has failed', { details: { checks: [1] } }), {
    id: 'req_1',
    url: '/x',
  });

test('a batch that breaks its contract is the fault of the batch, and says which check', () => {
  const { status, detail, details } = of('contract/broken');
  assert.deepEqual([status, detail, details], [422, 'a check has failed', { checks: [1] }]);
  assert.equal(of('contract/none').status, 409);
});

test('of what is the fault of the server only the code is said', () => {
  const { status, detail, details } = of('data/engine-failed');
  assert.deepEqual([status, details], [500, undefined]);
  assert.doesNotMatch(detail, /check/);
});
