import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeComplaint, nodeMajorMin } from './node-floor.ts';

test('an old Node is named in one sentence, a new one is not mentioned', () => {
  assert.equal(
    nodeComplaint('v20.20.2'),
    'almanac: needs Node 24 or newer, this is v20.20.2. Install a current one from https://nodejs.org',
  );
  assert.equal(nodeComplaint(`v${nodeMajorMin}.0.0`), null);
  assert.equal(nodeComplaint('v101.1.0'), null);
});
