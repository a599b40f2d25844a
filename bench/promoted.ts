// Question: how far off are forecasts of promoted retail, beside a LightGBM that one writes in twenty minutes?
// Weekly panels with prices and promotions, the last horizons held back one after the other.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDb } from '../src/services/data/index.ts';
import { evaluateFile } from '../src/services/evaluation/index.ts';
import { systemTimers } from '../src/services/jobs/index.ts';
import { machineNow } from './machine.ts';
import { peerPython, pinsOf } from './peers/environment.ts';
import { writePromotedPanel } from './promoted-data.ts';

interface Panel {
  readonly name: string;
  readonly path: string;
  readonly series: readonly string[];
  readonly known: readonly string[];
  readonly folds: number;
}

/** Σ |error| and Σ demand of a series in a fold. */
type Errors = readonly (readonly [number, number])[];

const horizon = 4;
const folder = process.env.ALMANAC_DATA ?? '../shared/data';
const only = process.argv[process.argv.indexOf('--only') + 1];
const isWanted = (name: string): boolean => !process.argv.includes('--only') || name.includes(only ?? '');
const prices = (count: number): string[] => Array.from({ length: count }, (_, i) => `price${i + 1}`);
const scratch = await mkdtemp(join(tmpdir(), 'almanac-promoted-'));
const generated = join(scratch, 'generated.csv');
const panels: readonly Panel[] = [
  {
    name: 'tuna',
    path: join(folder, 'tuna/tuna_weekly.csv.gz'),
    series: ['brand'],
    known: ['display', ...prices(7)],
    folds: 5,
  },
  {
    name: 'cheese',
    path: join(folder, 'cheese/cheese_weekly.csv.gz'),
    series: ['market', 'chain'],
    known: ['price', 'display'],
    folds: 3,
  },
  {
    name: 'generated, eleven prices',
    path: generated,
    series: ['store', 'brand'],
    known: ['coupon', 'feature', ...prices(11)],
    folds: 2,
  },
].filter(({ name }) => isWanted(name));

const db = new DuckDb({ scratchFolder: join(scratch, 'db'), timers: systemTimers, workersMax: 1 });
try {
  const rows = [];
  for (const panel of panels) {
    if (panel.path === generated)
      writePromotedPanel(generated, { stores: 40, brands: 11, weeks: 120, seed: 7 });
    if (!existsSync(panel.path)) {
      process.stderr.write(`${panel.name} left out: no file ${panel.path}; set ALMANAC_DATA\n`);
      continue;
    }
    const peer = summaryOf(lightgbm(panel));
    for (const model of ['naive', 'gbdt', 'auto']) {
      const ours = summaryOf(await evaluated(panel, model));
      rows.push({
        case: `${panel.name}, ${model === 'auto' ? 'selected' : model}`,
        ours,
        peer: { name: 'LightGBM', ...peer },
        ratio: ours.wape / peer.wape,
      });
    }
  }
  const date = new Date().toISOString().slice(0, 10);
  const versions = { node: process.version, peers: pinsOf('promoted') };
  if (process.argv.includes('--json'))
    process.stdout.write(
      `${JSON.stringify({ name: 'promoted', machine: machineNow(), versions, date, rows })}\n`,
    );
  else
    for (const { case: name, ours, peer, ratio } of rows)
      process.stdout.write(
        `${name.padEnd(34)} WAPE by series and fold ${ours.wape.toFixed(3)}, pooled ${ours.pooled.toFixed(3)}; ` +
          `LightGBM ${peer.wape.toFixed(3)}, ${peer.pooled.toFixed(3)}; ratio ${ratio.toFixed(3)}\n`,
      );
} finally {
  await db.close();
  await rm(scratch, { recursive: true, force: true });
}

async function evaluated(panel: Panel, model: string): Promise<Errors> {
  const errors: [number, number][] = [];
  await evaluateFile(db, {
    ...panel,
    time: 'week',
    target: 'units',
    frequency: 'step',
    seasons: [],
    gaps: 'missing',
    horizon,
    threads: 2,
    models: model === 'auto' ? 'auto' : [model],
    onForecast: ({ actual, mean }) => {
      const known = [...actual.keys()].filter((k) => Number.isFinite(actual[k]));
      const sum = (of: (k: number) => number): number => known.reduce((total, k) => total + of(k), 0);
      errors.push([
        sum((k) => Math.abs((actual[k] as number) - (mean[k] as number))),
        sum((k) => actual[k] as number),
      ]);
    },
  });
  return errors;
}

function lightgbm(panel: Panel): Errors {
  const script = join(import.meta.dirname, 'peers/promoted_peer.py');
  const request = { ...panel, time: 'week', target: 'units', horizon, seeds: 3, threads: 1 };
  const answer = execFileSync(peerPython('promoted'), [script, JSON.stringify(request)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return (JSON.parse(answer) as { errors: [number, number][] }).errors;
}

/** Mean of the WAPE of each series and fold, and WAPE of all together. */
function summaryOf(errors: Errors): { wape: number; pooled: number } {
  const sold = errors.filter(([, demand]) => demand > 0);
  const total = (part: 0 | 1): number => sold.reduce((sum, one) => sum + one[part], 0);
  const wape = sold.reduce((sum, [error, demand]) => sum + error / demand, 0) / sold.length;
  return { wape, pooled: total(0) / total(1) };
}
