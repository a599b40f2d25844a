// From what other systems send to rows: nothing is guessed, and no number loses a digit.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAppError, parseExactJson, type WebhookSettings } from '../../core/index.ts';
import { rowsOf } from './webhook-rows.ts';

const rows = (change: Partial<WebhookSettings>, text: string): string[] => {
  const settings = { name: 'shop', kind: 'webhook', ...change } as WebhookSettings;
  return rowsOf(settings, parseExactJson(text)).split('\n').slice(0, -1);
};
const refused = (says: RegExp) => (error: unknown) =>
  isAppError(error, 'sources/bad-delivery') && says.test(error.message);

describe('rows of a payload', () => {
  it('lie at a path, and are read field by field', () => {
    const order =
      '{"type":"order.created","data":{"at":"2026-01-02","lines":[{"product":{"sku":9007199254740993},"qty":3,"x":1},{"qty":null}]}}';
    const fields = { item: 'product.sku', day: '$.data.at', units: 'qty' };
    assert.deepEqual(rows({ rowsPath: 'data.lines', fields }, order), [
      '{"item":9007199254740993,"day":"2026-01-02","units":3}',
      '{"day":"2026-01-02","units":null}',
    ]);
    assert.deepEqual(rows({ rowsPath: 'data' }, '{"data":{"item":"a","units":1.5}}'), [
      '{"item":"a","units":1.5}',
    ]);
    assert.deepEqual(rows({ fields: { item: 'codes.1' } }, '[{"codes":["x","y"]},7]'), [
      '{"item":"y"}',
      '{}',
    ]);
  });

  it('are refused where there are none, by what is there', () => {
    assert.throws(
      () => rows({ rowsPath: 'data.lines' }, '{"data":{}}'),
      refused(/the field data\.lines is not there/),
    );
    assert.throws(
      () => rows({ rowsPath: 'data' }, '{"data":"none"}'),
      refused(/the field data holds no rows/),
    );
    assert.throws(() => rows({ fields: {} }, 'null'), refused(/the payload holds no rows/));
    // What an object inherits is no field of the payload.
    assert.throws(() => rows({ rowsPath: 'constructor.name' }, '{}'), refused(/is not there/));
    assert.throws(() => rows({ rowsPath: 'a' }, '{"a":[{"units":1e999}]}'), refused(/past 1e308/));
  });
});
