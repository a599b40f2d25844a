import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { quarantineCodes } from './quarantine-codes.ts';

test('the guide lists every quarantine code with its meaning, and no other', async () => {
  const guide = await readFile(new URL('../../../../docs/guides/data.md', import.meta.url), 'utf8');
  const section = guide.slice(guide.indexOf('## Quarantine'), guide.indexOf('A **unit jump**'));
  const rows = [...section.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map((match) => [match[1], match[2]]);
  assert.deepEqual(rows, Object.entries(quarantineCodes));
});
