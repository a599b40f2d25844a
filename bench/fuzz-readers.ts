// Question: does any value of a file by another writer come back as another one? Python's csv and json modules, pandas, pyarrow, openpyxl and XlsxWriter
// write random tables in random dialects; each goes through the reader of ingest: value by value the same, or refused with a reason.
//   npm run -s bench -- fuzz-readers [--tables 1000] [--seed 1] [--from 0] [--writers csv,pandas] [--save FOLDER] [--json]

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { compareTable, foreignTables, openContext } from '../test/fixtures/foreign-tables.ts';
import { machineNow } from './machine.ts';
import { peerPython, pinsOf } from './peers/environment.ts';

const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    writers: { type: 'string', default: 'csv,pandas,json,pyarrow,openpyxl,xlsxwriter' },
    rows: { type: 'string', default: '12' },
    save: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

interface Tally {
  tables: number;
  rows: number;
  refusedRows: number;
  refusedFiles: number;
  differences: number;
}

const roundTables = 500;
const shownMax = 40;
const machine = machineNow();
const python = peerPython('foreign-tables');
const script = fileURLToPath(new URL('peers/foreign_tables.py', import.meta.url));
const scratch = await mkdtemp(join(tmpdir(), 'almanac-fuzz-'));
const byWriter: Record<string, Tally> = {};
const shown: string[] = [];
const begun = performance.now();
try {
  const context = await openContext(scratch);
  const end = Number(values.from) + Number(values.tables);
  for (let from = Number(values.from); from < end; from += roundTables) {
    const count = Math.min(roundTables, end - from);
    const folder = values.save ?? join(scratch, 'tables');
    await mkdir(folder, { recursive: true });
    execFileSync(
      python,
      [script, folder, values.seed, String(from), String(count), values.writers, values.rows],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    for (const table of await foreignTables(folder)) {
      const found = await compareTable(table, folder, context);
      const tally = byWriter[table.writer] ?? {
        tables: 0,
        rows: 0,
        refusedRows: 0,
        refusedFiles: 0,
        differences: 0,
      };
      byWriter[table.writer] = tally;
      tally.tables += 1;
      tally.rows += found.read;
      tally.refusedRows += found.refused;
      tally.refusedFiles += found.asWhole === null ? 0 : 1;
      tally.differences += found.differences.length > 0 ? 1 : 0;
      for (const difference of found.differences.slice(0, 3))
        if (shown.length < shownMax)
          shown.push(`${values.seed}:${table.file} (${table.writer}): ${difference}`);
    }
    if (values.save === undefined) await rm(folder, { recursive: true });
    if (!values.json)
      process.stderr.write(
        `\r${from + count - Number(values.from)} of ${values.tables}, ${shown.length} differences`,
      );
  }
  context.engine.close();
} finally {
  await rm(scratch, { recursive: true, force: true });
}
const seconds = Math.round((performance.now() - begun) / 1000);
const about = {
  date: new Date().toISOString(),
  node: process.version,
  ...machine,
  writers: pinsOf('foreign-tables'),
};
if (values.json)
  process.stdout.write(
    `${JSON.stringify({ ...about, seed: values.seed, seconds, byWriter, differences: shown })}\n`,
  );
else {
  process.stdout.write(`\n${JSON.stringify(about)}\n`);
  for (const [writer, tally] of Object.entries(byWriter))
    process.stdout.write(`${writer}: ${JSON.stringify(tally)}\n`);
  process.stdout.write(`${values.tables} tables of seed ${values.seed} in ${seconds} s\n`);
  for (const line of shown) process.stdout.write(`  ${line}\n`);
}
if (shown.length > 0) process.exitCode = 1;
