// Columns of a query: no digit is lost on the way to JSON, and a change of the schema is named.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { AppError, type PostgresSettings } from '../../core/index.ts';
import { type ColumnTypes, jsonOf, readTypes } from './postgres-columns.ts';

const project = projectLike();
const settings = { name: 'orders', key: ['id'], watermark: 'changed_at' } as unknown as PostgresSettings;
const types = {
  item: 'text',
  date: 'date',
  units: 'numeric',
  id: 'bigint',
  changed_at: 'timestamp with time zone',
};

function read(
  found: Readonly<Record<string, string>>,
  before?: ColumnTypes,
  more: readonly string[] = [],
): ColumnTypes {
  const names = [...Object.keys(found), ...more];
  const fields = names.map((name, dataTypeID) => ({ name, dataTypeID }));
  return readTypes(settings, project, {
    fields,
    nameOfType: (id) => found[names[id] ?? ''] ?? 'text',
    before,
  });
}

function refusal(...given: Parameters<typeof read>): string {
  try {
    read(...given);
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('values of a database', () => {
  it('become JSON with all their digits', () => {
    assert.equal(jsonOf('9007199254740993', 'bigint'), '9007199254740993');
    assert.equal(jsonOf('12345678901234567890.123456789', 'numeric'), '12345678901234567890.123456789');
    assert.equal(jsonOf('1e-07', 'double precision'), '1e-07');
    assert.equal(jsonOf(null, 'integer'), 'null');
    assert.equal(jsonOf('t', 'boolean'), 'true');
  });

  it('that are no JSON number stay texts, which the reader refuses', () => {
    for (const text of ['NaN', 'Infinity', '-Infinity']) assert.equal(jsonOf(text, 'numeric'), `"${text}"`);
    assert.equal(jsonOf('say "x"\n', 'text'), '"say \\"x\\"\\n"');
    assert.equal(jsonOf('007', 'text'), '"007"');
  });

  it('have times in ISO 8601', () => {
    assert.equal(
      jsonOf('2026-01-02 03:04:05.123456+00', 'timestamp with time zone'),
      '"2026-01-02T03:04:05.123456Z"',
    );
    assert.equal(jsonOf('2026-01-02 03:04:05', 'timestamp without time zone'), '"2026-01-02T03:04:05"');
    assert.equal(jsonOf('2026-01-02', 'date'), '"2026-01-02"');
  });
});

describe('columns of a source', () => {
  it('are those that the project, the key and the watermark name', () => {
    assert.deepEqual(read({ ...types, secret: 'text' }), types);
  });

  it('that are gone, or of another type, are named', () => {
    const { units: _, ...without } = types;
    assert.equal(refusal(without), 'sources/schema-changed: source orders: the query has no column units');
    assert.equal(
      refusal(without, types),
      'sources/schema-changed: source orders: the column units (numeric) is gone',
    );
    assert.equal(
      refusal({ ...types, units: 'text' }, types),
      'sources/schema-changed: source orders: the column units was numeric and is text now',
    );
    assert.equal(refusal(types, types), 'none');
  });

  it('are there once, and the watermark can rise', () => {
    assert.match(refusal(types, undefined, ['units']), /bad-query: .* two columns units/);
    assert.match(refusal({ ...types, changed_at: 'text' }), /bad-watermark: .* changed_at is text/);
  });
});
