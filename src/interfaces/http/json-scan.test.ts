import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '../../core/index.ts';
import { checkDepth, scanRows } from './json-scan.ts';
import { depthMax } from './limits.ts';

const breathe = (): Promise<void> => Promise.resolve();

test('depth is that of the value, whatever its strings hold', () => {
  const depthOf = (value: unknown): number =>
    typeof value !== 'object' || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf));
  const wrapped = fc.tuple(fc.jsonValue({ maxDepth: 6 }), fc.nat(40)).map(([value, levels]) => {
    let outer: unknown = value;
    for (let i = 0; i < levels; i++) outer = [outer];
    return outer;
  });
  fc.assert(
    fc.property(wrapped, (value) => {
      const check = (): void => checkDepth(Buffer.from(JSON.stringify(value)));
      if (depthOf(value) > depthMax) assert.throws(check, (error) => isAppError(error, 'http/invalid-body'));
      else check();
    }),
  );
});

test('as many rows as there are elements pass, one more does not', async () => {
  const elements = fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(elements, async (rows) => {
      const bytes = Buffer.from(JSON.stringify(rows));
      await scanRows(bytes, { format: 'json', rowsMax: rows.length, breathe });
      if (rows.length > 1)
        await assert.rejects(scanRows(bytes, { format: 'json', rowsMax: rows.length - 1, breathe }), {
          code: 'http/body-too-large',
        });
    }),
  );
});

test('a string cut by the end of a slice is one string', async () => {
  const text = JSON.stringify(['x'.repeat(1024 * 1024 - 3), `\\"[[[[${'['.repeat(100)}`]);
  await scanRows(Buffer.from(text), { format: 'json', rowsMax: 2, breathe });
});
