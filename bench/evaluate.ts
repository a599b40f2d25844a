// Question: a whole `evaluate` (read, backtest every candidate, choose, calibrate, fit, score) beside statsforecast fitting just two models.
// Ours runs once over the whole set on all cores, reading included. Theirs fits and forecasts an even sample of the same
// histories once per model, the bare models in a loop on one core, and is credited with perfect scaling to all cores;
// no reading, backtest, choice or intervals.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDb } from '../src/services/data/index.ts';
import { evaluateFile } from '../src/services/evaluation/index.ts';
import type { AccuracyCase } from './accuracy-case.ts';
import { accuracyCases } from './accuracy-cases.ts';
import { historiesOf } from './histories.ts';
import { machineNow } from './machine.ts';
import { peerPython } from './peers/environment.ts';
import { PeerProcess } from './peers/peer-process.ts';

/** Their ETS takes up to seconds per series, so theirs runs on this many series of each set. */
const sampleMax = 40;
const names = /^(M3|M4|Tourism|Hospital|Australian retail|Online Retail daily)/;

const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
if (!existsSync(join(folder, 'm3'))) {
  process.stderr.write(`no datasets in ${folder}: set ALMANAC_DATA to the folder that holds m3/, m4/, …\n`);
  process.exit(1);
}
const machine = machineNow();
const scratch = mkdtempSync(join(tmpdir(), 'almanac-bench-'));
const timers = { setTimeout, clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout) };
const db = new DuckDb({ scratchFolder: scratch, timers });
const peer = new PeerProcess(peerPython('statsforecast'), [
  fileURLToPath(new URL('peers/statsforecast_peer.py', import.meta.url)),
]);
const rows: Awaited<ReturnType<typeof compare>>[] = [];
try {
  for (const one of accuracyCases(folder)) if (names.test(one.name)) rows.push(await compare(one));
  const versions = { node: process.versions.node, ...(await peer.ask<object>({ do: 'versions' })) };
  const report = { name: 'evaluate', machine, versions, date: new Date().toISOString(), rows };
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  peer.close();
  await db.close();
  rmSync(scratch, { recursive: true, force: true });
}

async function compare(one: AccuracyCase) {
  const begin = performance.now();
  const { series, models } = await evaluateFile(db, {
    ...one.options,
    models: 'auto',
    threads: availableParallelism(),
  });
  const seconds = (performance.now() - begin) / 1000;
  // What may be learnt from: missing values left out, as the peer takes none.
  const histories = [...(await historiesOf(db, one.options)).values()].map((values) =>
    values.filter(Number.isFinite),
  );
  const sample = evenly(histories, sampleMax);
  const path = join(scratch, 'panel.json');
  writeFileSync(path, JSON.stringify(sample.map((values) => [...values])));
  await peer.ask({ do: 'load', path });
  const season = one.options.seasons?.find((m) => m > 1) ?? (one.options.frequency === 'month' ? 12 : 1);
  const theirs =
    one.options.gaps === 'zero' ? ['CrostonOptimized', 'TSB'] : ['AutoETS', 'DynamicOptimizedTheta'];
  let peerSeconds = 0;
  for (const model of theirs) {
    const request = { do: 'run', model, season, horizon: one.options.horizon, keep: false };
    peerSeconds += (await peer.ask<{ seconds: number }>({ ...request, jobs: 0 })).seconds;
  }
  const ours = { series, seconds, msPerSeries: (1000 * seconds) / series, candidates: models.length };
  const theirMs = (1000 * peerSeconds) / sample.length / availableParallelism();
  const row = {
    case: one.name,
    ours,
    peer: { name: `statsforecast ${theirs.join(' + ')}`, series: sample.length, msPerSeries: theirMs },
    ratio: theirMs / ours.msPerSeries,
  };
  process.stderr.write(
    `${row.case}: ${series} series in ${seconds.toFixed(1)} s, ${ours.msPerSeries.toFixed(1)} ms each; ` +
      `${row.peer.name} ${theirMs.toFixed(1)} ms each; ratio ${row.ratio.toFixed(1)}\n`,
  );
  return row;
}

function evenly<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, i) => all[Math.floor(i * step)] as T);
}
