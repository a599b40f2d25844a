import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allCommands, commandsFor } from './catalog.ts';

describe('catalog', () => {
  it('loads by the first word the commands that begin with it, and all where that is none', async () => {
    const all = await allCommands();
    for (const spec of all) {
      const [word = ''] = spec.name.split(' ');
      const loaded = await commandsFor([word, '--json']);
      assert.deepEqual(
        loaded.map(({ name }) => name),
        all.map(({ name }) => name).filter((name) => name.split(' ')[0] === word),
      );
    }
    for (const argv of [[], ['--json', 'ingest'], ['constructor'], ['upp']])
      assert.equal((await commandsFor(argv)).length, all.length, argv.join(' '));
  });
});
