// Question: how fast and how good is our tree trainer beside LightGBM, xgboost and scikit-learn on the same rows and cores?
// Every run is a fresh process; engines take turns, medians are given. `--rows N` (1,000,000), `--runs N` (3), `--quick`
// (100,000 rows, one run), `--only tables|threads|growth|predict|quantiles|m5|rossmann`. Settings are the same for all: squared
// error, 63 leaves, learning rate 0.1, 255 bins, 20 rows per leaf or more, no penalty; two threads.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuckDb } from '../src/services/data/index.ts';
import type { AccuracyCase } from './accuracy-case.ts';
import { accuracyCases } from './accuracy-cases.ts';
import { machineNow, medianOf } from './machine.ts';
import { featureTable, syntheticTable, type TableFiles } from './trees-data.ts';
import { type Engine, peers, runEngine, runOurs, type Settings, type TrainAnswer } from './trees-engines.ts';
import { Workshop } from './workshop.ts';

const settings: Settings = { trees: 100, leaves: 63, learningRate: 0.1, rowsPerLeafMin: 20, bins: 255 };
const threads = 2;

const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const quick = process.argv.includes('--quick');
const rowCount = Number(flag('--rows') ?? (quick ? 100_000 : 1_000_000));
const runs = Number(flag('--runs') ?? (quick ? 1 : 3));
const only = flag('--only');
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Cases of the accuracy bench whose feature tables are trained on. */
const publicSets = [
  ['m5', 'M5 store × department'],
  ['rossmann', 'Rossmann, open days'],
] as const;

/** Medians over the runs of one engine. */
type Figures = Omit<TrainAnswer, 'version'>;

interface Row {
  readonly case: string;
  readonly ours: Readonly<Record<string, number>>;
  readonly peer?: { readonly name: string } & Readonly<Record<string, number | string>>;
  /** Our wall time over the peer's: below 1, ours is faster. */
  readonly ratio?: number;
  readonly runs: number;
}

const machine = machineNow();
const scratch = mkdtempSync(join(tmpdir(), 'almanac-bench-'));
const versions: Record<string, string> = { node: process.versions.node };
const rows: Row[] = [];
try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const report = { name: 'trees', machine, versions, date: new Date().toISOString(), settings, rows };
process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : table());

async function main(): Promise<void> {
  const wanted = (part: string): boolean => only === undefined || only === part;
  if (wanted('tables')) withTable(rowCount, (files) => rows.push(...compare(files)));
  if (wanted('threads')) withTable(rowCount, (files) => rows.push(threadRow(files)));
  if (wanted('growth')) rows.push(...growth());
  if (wanted('predict')) withTable(Math.min(100_000, rowCount), (files) => rows.push(predictRowOf(files)));
  if (wanted('quantiles')) withTable(rowCount, (files) => rows.push(quantileRow(files)));
  for (const [part, name] of publicSets) if (wanted(part)) await withPublicSet(name);
}

function withTable(count: number, use: (files: TableFiles) => unknown): void {
  const files = syntheticTable(scratch, count);
  use(files);
  drop(files);
}

function drop({ prefix }: TableFiles): void {
  for (const part of ['train.x', 'train.y', 'test.x', 'test.y']) rmSync(`${prefix}.${part}`, { force: true });
}

/** Every engine on one table, taking turns. */
function compare(files: TableFiles): Row[] {
  const answers = new Map<Engine, TrainAnswer[]>();
  for (let run = 0; run < runs; run++) {
    for (const engine of ['ours', ...peers] as const) {
      const answer = runEngine(engine, { ...files, what: 'train', threads, settings });
      answers.set(engine, [...(answers.get(engine) ?? []), answer]);
      versions[engine] = answer.version;
      say(`${files.name}, ${engine}: ${text(answer)}`);
    }
  }
  const ours = figuresOf(answers.get('ours') ?? []);
  return peers.map((name) => {
    const peer = figuresOf(answers.get(name) ?? []);
    const own = { name, ...withRates(peer, files) };
    return {
      case: `${files.name}, ${files.rows} × ${files.kinds.length}, ${settings.trees} trees`,
      ours: withRates(ours, files),
      peer: own,
      ratio: ours.seconds / peer.seconds,
      runs,
    };
  });
}

function figuresOf(answers: readonly TrainAnswer[]): Figures {
  const median = (name: keyof Figures): number => medianOf(answers.map((answer) => answer[name]));
  return {
    seconds: median('seconds'),
    cpuSeconds: median('cpuSeconds'),
    peakBytes: median('peakBytes'),
    trainLoss: median('trainLoss'),
    testLoss: median('testLoss'),
    predictSeconds: median('predictSeconds'),
  };
}

function withRates(figures: Figures, files: TableFiles): Record<string, number> {
  return {
    ...figures,
    rowTreesPerSecond: (files.rows * settings.trees) / figures.seconds,
    predictRowTreesPerSecond: (files.testRows * settings.trees) / figures.predictSeconds,
  };
}

function threadRow(files: TableFiles): Row {
  const seconds: Record<1 | 2, number[]> = { 1: [], 2: [] };
  for (let run = 0; run < runs; run++) {
    for (const count of [1, 2] as const) {
      const answer = runEngine('ours', { ...files, what: 'train', threads: count, settings });
      seconds[count].push(answer.seconds);
      say(`${count} threads: ${text(answer)}`);
    }
  }
  const one = medianOf(seconds[1]);
  const two = medianOf(seconds[2]);
  return {
    case: `ours on one and two threads, ${files.rows} rows`,
    ours: { seconds1: one, seconds2: two, speedUp: one / two },
    runs,
  };
}

/** A tenth, one and ten times the rows; slope of log seconds over log rows, and bytes beyond the table per row. */
function growth(): Row[] {
  const points = [rowCount / 10, rowCount, rowCount * 10].map((count) => {
    let figures = figuresOf([]);
    withTable(count, (files) => {
      const answer = runEngine('ours', { ...files, what: 'train', threads, settings });
      say(`${count} rows: ${text(answer)}`);
      figures = answer;
    });
    return { count, ...figures };
  });
  return points.map(({ count, seconds, peakBytes, testLoss }, i) => {
    const before = points[i - 1];
    const slope =
      before === undefined ? Number.NaN : Math.log(seconds / before.seconds) / Math.log(count / before.count);
    const tableBytes = count * 31 * 4;
    return {
      case: `growth, ${count} rows`,
      ours: {
        seconds,
        ...(before === undefined ? {} : { slope }),
        peakBytes,
        bytesPerRowBesideTable: (peakBytes - tableBytes) / count,
        testLoss,
      },
      runs: 1,
    };
  });
}

function predictRowOf(files: TableFiles): Row {
  const forest = { ...settings, trees: 500 };
  const ours = runOurs<Record<string, number>>({ ...files, what: 'predict', threads, settings: forest });
  return { case: 'forecasting with 500 trees × 63 leaves', ours, runs: 1 };
}

function quantileRow(files: TableFiles): Row {
  const times = Array.from({ length: runs }, () =>
    runOurs<{ meanSeconds: number; quantileSeconds: number }>({
      ...files,
      what: 'quantiles',
      threads,
      settings,
    }),
  );
  const meanSeconds = medianOf(times.map((time) => time.meanSeconds));
  const quantileSeconds = medianOf(times.map((time) => time.quantileSeconds));
  return {
    case: `nine quantiles on the trees of the mean, ${files.rows} rows`,
    ours: { meanSeconds, quantileSeconds, costRatio: (meanSeconds + quantileSeconds) / meanSeconds },
    runs,
  };
}

async function withPublicSet(name: string): Promise<void> {
  const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
  const one = accuracyCases(folder).find((candidate) => candidate.name === name);
  if (one === undefined || !existsSync(join(folder, 'm5'))) {
    say(`${name} is left out: set ALMANAC_DATA to the folder that holds the public datasets`);
    return;
  }
  const files = await tableOf(one, folder);
  rows.push(...compare(files));
  drop(files);
}

async function tableOf(one: AccuracyCase, folder: string): Promise<TableFiles> {
  const shop = await Workshop.open(folder, false);
  const timers = { setTimeout, clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout) };
  const db = new DuckDb({ scratchFolder: scratch, timers });
  try {
    const path = one.prepare === undefined ? one.options.path : await one.prepare(shop);
    const source = { name: one.name, options: { ...one.options, path } };
    return await featureTable(db, source, { folder: scratch, rowsMax: rowCount });
  } finally {
    await db.close();
    await shop.close();
  }
}

function text({ seconds, cpuSeconds, peakBytes, trainLoss, testLoss }: TrainAnswer): string {
  return (
    `${seconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, peak ${(peakBytes / 2 ** 20).toFixed(0)} MiB, ` +
    `RMSE ${trainLoss.toFixed(5)} / held out ${testLoss.toFixed(5)}`
  );
}

function table(): string {
  const figures = (values: Readonly<Record<string, number | string>>): string =>
    Object.entries(values)
      .filter(([name]) => name !== 'name')
      .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(5)) : value}`)
      .join(', ');
  return rows
    .map(({ case: name, ours, peer, ratio, runs: count }) => {
      const lines = [`${name} (${count} runs)`, `  ours: ${figures(ours)}`];
      if (peer !== undefined) lines.push(`  ${peer.name}: ${figures(peer)}`);
      if (ratio !== undefined) lines.push(`  our wall time ÷ theirs: ${ratio.toFixed(2)}`);
      return `${lines.join('\n')}\n`;
    })
    .join('');
}
