// Files that other programs wrote, with bytes changed or cut off: refused with a reason, and nothing worse. What has a checksum (gzip,
// zip, workbooks) is never read as something else.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { isAppError, Rng } from '../../src/core/index.ts';
import { compareTable, type ForeignTable, foreignTables, openContext } from '../fixtures/foreign-tables.ts';

const saved = fileURLToPath(new URL('../fixtures/tables', import.meta.url));
const damagesOfEach = 6;

function damaged(bytes: Buffer, rng: Rng): Buffer {
  const changed = Buffer.from(bytes);
  const at = rng.below(bytes.length);
  switch (rng.below(4)) {
    case 0:
      return changed.subarray(0, at);
    case 1:
      changed[at] = (changed[at] ?? 0) ^ (1 << rng.below(8));
      return changed;
    case 2:
      changed.fill(0xff, at, Math.min(at + 4, bytes.length));
      return changed;
    default:
      return Buffer.concat([changed.subarray(0, at), changed.subarray(at + 1 + rng.below(50))]);
  }
}

async function tablesOf(
  kind: RegExp,
  begins: readonly number[],
): Promise<{ table: ForeignTable; bytes: Buffer }[]> {
  const tables = (await foreignTables(saved)).filter(({ file }) => kind.test(file));
  const read = await Promise.all(
    tables.map(async (table) => ({ table, bytes: await readFile(join(saved, table.file)) })),
  );
  return read.filter(({ bytes }) => begins.includes(bytes[0] ?? -1));
}

for (const [name, kind, begins] of [
  ['packed text', /\.csv$/, [0x1f, 0x50]],
  ['workbooks', /\.xlsx$/, [0x50]],
] as const)
  test(`${name} with bytes changed are refused, or say what they said`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'almanac-damage-'));
    const context = await openContext(folder);
    const rng = new Rng(11);
    let refused = 0;
    try {
      for (const { table, bytes } of await tablesOf(kind, begins))
        for (let i = 0; i < damagesOfEach; i++) {
          await writeFile(join(folder, table.file), damaged(bytes, rng));
          const found = await compareTable(table, folder, context);
          // Of a dialect that is said a refusal is a difference: it is what is wanted here.
          if (found.asWhole === null) assert.deepEqual(found.differences, [], table.file);
          else refused += 1;
        }
      assert.ok(refused > 20, `${refused} were refused`);
    } finally {
      context.engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

test('Parquet with bytes changed ends in no crash, and whole files are read after it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-damage-'));
  const context = await openContext(folder);
  const rng = new Rng(12);
  try {
    const tables = await tablesOf(/\.parquet$/, [0x50]);
    for (const { table, bytes } of tables) {
      for (let i = 0; i < damagesOfEach; i++) {
        await writeFile(join(folder, table.file), damaged(bytes, rng));
        // Its pages have no checksums: a value may be another one, as it would be for every reader.
        await compareTable(table, folder, context).catch((error: unknown) =>
          assert.ok(isAppError(error), String(error)),
        );
      }
      assert.deepEqual((await compareTable(table, saved, context)).differences, [], table.file);
    }
  } finally {
    context.engine.close();
    await rm(folder, { recursive: true, force: true });
  }
});
