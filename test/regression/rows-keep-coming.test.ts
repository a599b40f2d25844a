// A batch of a sum that others overtake again and again was refused with the store's own error, which says nothing to its sender.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, isAppError } from '../../src/core/index.ts';
import { projectLike } from '../fixtures/project.ts';
import { openDataFixture } from '../hostile/data-fixture.ts';

test('a sum that is always overtaken says that nothing landed and that it may be sent again', async () => {
  let commits = 0;
  const fixture = await openDataFixture();
  const project = projectLike({
    name: 'sums',
    columns: { series: ['item'], time: 'date', target: 'units' },
    conflicts: 'sum',
  });
  await fixture.store.putProject(project, 0);
  const commit = fixture.store.commitBatch.bind(fixture.store);
  try {
    Object.assign(fixture.store, {
      commitBatch: async () => {
        commits += 1;
        throw new AppError('store/conflict', 'rows of sums have come since the history was read');
      },
    });
    const body = new TextEncoder().encode('item,date,units\nA,2024-01-01,1\n');
    await assert.rejects(
      fixture.data.ingestBody(project, body, { format: 'csv' }),
      (error) =>
        isAppError(error, 'data/rows-keep-coming') &&
        error.heals &&
        /nothing of them has landed/.test(error.message),
    );
    assert.equal(commits, 12);
    Object.assign(fixture.store, { commitBatch: commit });
    const { batch } = await fixture.data.ingestBody(project, body, { format: 'csv' });
    assert.equal(batch.rowsAccepted, 1);
  } finally {
    await fixture.close();
  }
});
