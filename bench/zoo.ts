// Question: are forecasts and orders right for every kind of item, where the distribution of the future is known?
// `--kind NAME,NAME`, `--panel N,N` (default 1, 3, 30 and 3,000), `--seed S`, `--oracle`. A figure outside its bounds is marked.

import { availableParallelism } from 'node:os';
import { machineNow } from './machine.ts';
import { kinds } from './zoo-kinds.ts';
import { oracleOf } from './zoo-oracle.ts';
import { panelsOf, type ZooRow, zooRow } from './zoo-report.ts';
import { scorePanel } from './zoo-score.ts';

function flag(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

const wanted = flag('--kind')?.split(',');
const sizes = (flag('--panel') ?? '1,3,30,3000').split(',').map(Number);
const seed = Number(flag('--seed') ?? 1);
/** Far from the seeds of panels. */
const oracleSeed = 900_000_000;
const machine = machineNow();
const rows: ZooRow[] = [];
for (const size of sizes) {
  for (const kind of kinds) {
    if (wanted !== undefined && !wanted.includes(kind.name)) continue;
    const begin = performance.now();
    const threads = size >= 100 ? availableParallelism() : 0;
    const panels = [];
    const oracle = process.argv.includes('--oracle') ? oracleOf(kind, oracleSeed) : undefined;
    for (let panel = 0; panel < panelsOf(size); panel++)
      panels.push(await scorePanel(kind, { size, seed: 1000 * seed + panel, draws: 500, threads, oracle }));
    const row = zooRow({ kind: kind.name, size }, panels);
    rows.push(row);
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    process.stderr.write(`${row.text}  ${seconds} s\n`);
  }
}
const outside = rows.filter((row) => row.outside.length > 0).length;
const report = { name: 'zoo', machine, date: new Date().toISOString(), seed, outside, rows };
process.stdout.write(
  process.argv.includes('--json')
    ? `${JSON.stringify(report, null, 2)}\n`
    : `${rows.map(({ text }) => text).join('\n')}\n${outside} of ${rows.length} rows with a figure outside its bounds\n`,
);
