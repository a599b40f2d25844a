import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runCommand } from '../testing.ts';

describe('docs', () => {
  it('lists the pages with their titles', async () => {
    const { code, out } = await runCommand(['docs']);
    assert.equal(code, 0);
    assert.match(out, /^guides\/batch +Forecast everything into a file$/m);
  });

  it('prints a page by its last word, its whole name or its path', async () => {
    const { out } = await runCommand(['docs', 'batch']);
    assert.match(out, /^# Forecast everything into a file\n/);
    for (const name of ['guides/batch', 'docs/guides/batch.md'])
      assert.equal((await runCommand(['docs', name])).out, out);
  });

  it('says of a page there is not which one is meant', async () => {
    const { code, err } = await runCommand(['docs', 'guides/batsh']);
    assert.equal(code, 2);
    assert.match(err, /did you mean guides\/batch\?/);
  });
});
