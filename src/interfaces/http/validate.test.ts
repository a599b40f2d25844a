import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { isAppError } from '../../core/index.ts';
import { validatorCompiler } from './validate.ts';

test('a word that is none of those allowed is answered with all of them, however the schema lists them', () => {
  const words = ['csv', 'ndjson', 'parquet'] as const;
  for (const format of [Type.Enum([...words]), Type.Union(words.map((word) => Type.Literal(word)))]) {
    const schema = Type.Object({ format });
    const validate = validatorCompiler({ schema, method: 'GET', url: '/', httpPart: 'querystring' });
    const { error } = validate({ format: 'xml' }) as { error: Error };
    assert.ok(isAppError(error, 'http/invalid-request'));
    assert.equal(error.message, 'query.format must be "csv", "ndjson" or "parquet"');
  }
});
