// Question: how many requests that were sent come to nothing when a server is told to stop under load, and how long it takes.
// Each run starts a server, lets eight clients with kept-alive connections ask for a second, and sends SIGTERM.
//   npm run -s bench -- stop [--runs 20] [--processes 1,2]

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandJson } from '../test/journey/command.ts';
import { type StopLoad, stopConfig, stopUnderLoad } from '../test/journey/stop-load.ts';
import { machineNow, medianOf } from './machine.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    processes: { type: 'string', default: '1,2' },
  },
});
const dates = Array.from({ length: 200 }, (_, day) =>
  new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
);
const series = Array.from({ length: 12 }, (_, i) => `i${i}`);
const load: StopLoad = { clients: 8, runMs: 1000, series, dates: dates.slice(-20) };

const folder = await mkdtemp(join(tmpdir(), 'almanac-stop-'));
try {
  await writeFile(join(folder, 'almanac.config.json'), JSON.stringify(stopConfig()));
  const rows = series.flatMap((item) => dates.map((date, day) => `${item},${date},${day % 7}`));
  await writeFile(join(folder, 'hist.csv'), ['item,date,units', ...rows].join('\n'));
  await commandJson(folder, 'ingest', 'hist.csv');
  await commandJson(folder, 'train');
  process.stdout.write(
    `${JSON.stringify({ date: new Date().toISOString(), node: process.version, ...machineNow() })}\n`,
  );
  for (const processes of values.processes.split(',')) await measure(processes);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(processes: string): Promise<void> {
  const stopMs: number[] = [];
  const failed: string[] = [];
  let answered = 0;
  for (let run = 0; run < Number(values.runs); run++) {
    const outcome = await stopUnderLoad(folder, load, { args: ['--processes', processes] });
    answered += outcome.answered;
    failed.push(...outcome.failed);
    stopMs.push(outcome.stopMs);
  }
  const middle = Math.round(medianOf(stopMs));
  process.stdout.write(
    `${processes} process(es), ${load.clients} clients, ${values.runs} runs: ${answered} requests answered, ${failed.length} failed; ` +
      `stopping took ${middle} ms in the middle, ${Math.round(Math.max(...stopMs))} ms at most\n`,
  );
  for (const text of new Set(failed)) process.stdout.write(`  ${text}\n`);
}
