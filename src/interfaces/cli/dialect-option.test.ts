import assert from 'node:assert/strict';
import { test } from 'node:test';

import { defaultDialect } from '../../core/index.ts';
import { parseDialect } from './dialect-option.ts';

test('reads how a file is written from pairs and from JSON', () => {
  assert.deepEqual(parseDialect('decimal=, delimiter=tab skipLines=3 nulls=NA,- quote=null'), {
    ...defaultDialect,
    decimal: ',',
    delimiter: '\t',
    skipLines: 3,
    nulls: ['NA', '-'],
    quote: null,
  });
  assert.equal(parseDialect('{"dateFormat": "dd.MM.yyyy"}').dateFormat, 'dd.MM.yyyy');
});

test('names what is wrong', () => {
  assert.throws(() => parseDialect('decimal=x'), /decimal is "x"/);
  assert.throws(() => parseDialect('decimals=,'), /did you mean decimal/);
  assert.throws(() => parseDialect('decimal'), /name=value/);
  assert.throws(() => parseDialect('{'), /JSON/);
});
