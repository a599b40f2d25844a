// Question: do our detectors of streams find what river's find, how soon, how often wrongly, and what does a value cost?
// Indices beside river on random streams; delays and false alarms over seeded streams of errors; the reference cases, where they are.
// `--only peers|delays|cost|reference`, `--runs N` (200) streams for delays.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Rng } from '../src/core/index.ts';
import {
  adwin,
  cusum,
  ddm,
  driftsIn,
  hddmA,
  hddmW,
  kswin,
  pageHinkley,
  tuneCusum,
} from '../src/forecasting/drift/index.ts';
import { type LcgSpec, lcgValues } from './lcg.ts';
import { machineNow } from './machine.ts';
import { peerPython } from './peers/environment.ts';

type Drifts = (values: readonly number[]) => number[];

const only = optionOf('--only');
const runs = Number(optionOf('--runs') ?? 200);
const result: Record<string, unknown> = { machine: machineNow() };
let failed = false;
if (only === undefined || only === 'peers') result.peers = besideRiver();
if (only === undefined || only === 'delays') result.delays = delays();
if (only === undefined || only === 'cost') result.nanosecondsPerValue = cost();
if (only === undefined || only === 'reference') result.reference = reference();
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
if (failed) process.exitCode = 1;

function optionOf(flag: string): string | undefined {
  const at = process.argv.indexOf(flag);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** The same options in our words and in river's. */
function pairs(): readonly { name: string; river: Record<string, unknown>; ours: Drifts; shares: boolean }[] {
  return [
    { name: 'adwin', river: {}, ours: (x) => driftsIn(adwin, {}, x), shares: false },
    {
      name: 'adwin',
      river: { delta: 0.05, clock: 1, max_buckets: 3, min_window_length: 8, grace_period: 20 },
      ours: (x) => driftsIn(adwin, { chance: 0.05, clock: 1, buckets: 3, minSide: 8, minSeen: 20 }, x),
      shares: false,
    },
    // Without forgetting, river's form and Page's are the same.
    {
      name: 'page-hinkley',
      river: { mode: 'up', alpha: 1 },
      ours: (x) => driftsIn(pageHinkley, { keep: 1 }, x),
      shares: false,
    },
    { name: 'ddm', river: {}, ours: (x) => driftsIn(ddm, {}, x), shares: true },
    { name: 'hddm-a', river: {}, ours: (x) => driftsIn(hddmA, {}, x), shares: true },
    {
      name: 'hddm-a',
      river: { two_sided_test: true },
      ours: (x) => driftsIn(hddmA, { direction: 'both' }, x),
      shares: true,
    },
    { name: 'hddm-w', river: {}, ours: (x) => driftsIn(hddmW, {}, x), shares: true },
    {
      name: 'hddm-w',
      river: { two_sided_test: true },
      ours: (x) => driftsIn(hddmW, { direction: 'both' }, x),
      shares: true,
    },
  ];
}

function besideRiver(): Record<string, unknown> {
  const rng = new Rng(11);
  const folder = mkdtempSync(join(tmpdir(), 'drift-streams-'));
  const file = join(folder, 'streams.json');
  const asked = pairs().flatMap((pair) =>
    Array.from({ length: 100 }, (_, i) => ({
      pair,
      values: steppedStream(rng, pair.shares || i % 2 === 0 ? 'bits' : 'numbers'),
    })),
  );
  writeFileSync(
    file,
    JSON.stringify(asked.map(({ pair, values }) => ({ detector: pair.name, options: pair.river, values }))),
  );
  const program = fileURLToPath(new URL('peers/drift_streams_peer.py', import.meta.url));
  const said = execFileSync(peerPython('river'), [program, file], { encoding: 'utf8', maxBuffer: 1 << 28 });
  rmSync(folder, { recursive: true });
  const theirs = JSON.parse(said) as number[][];
  const different: unknown[] = [];
  let drifts = 0;
  asked.forEach(({ pair, values }, i) => {
    const ours = pair.ours(values);
    drifts += ours.length;
    if (JSON.stringify(ours) !== JSON.stringify(theirs[i])) {
      different.push({ detector: pair.name, options: pair.river, ours, river: theirs[i] });
    }
  });
  failed ||= different.length > 0;
  return { streams: asked.length, drifts, different };
}

/** Three stretches of random length and level. */
function steppedStream(rng: Rng, kind: 'bits' | 'numbers'): number[] {
  return [0, 1, 2].flatMap(() => {
    const length = 50 + rng.below(1450);
    const level = kind === 'bits' ? rng.uniform() : 3 * rng.normal();
    return Array.from({ length }, () =>
      kind === 'bits' ? Number(rng.uniform() < level) : level + rng.normal(),
    );
  });
}

/** Errors that come at 20 %, and at other rates after 2,000 values; the reference of a CUSUM is the first 1,000. */
function delays(): Record<string, unknown> {
  const changes: Readonly<Record<string, (since: number) => number>> = {
    'to .50': () => 0.5,
    'to .30': () => 0.3,
    'to .40 over 1000': (since) => Math.min(0.4, 0.2 + (0.2 * since) / 1000),
  };
  const detectors: Readonly<Record<string, Drifts>> = {
    'cusum, tuned': tunedCusum,
    'cusum, told': (x) => driftsIn(cusum, { of: 'shares', usual: 0.2, changed: 0.3, threshold: 6 }, x),
    adwin: (x) => driftsIn(adwin, {}, x),
    'page-hinkley': (x) => driftsIn(pageHinkley, {}, x),
    'hddm-a': (x) => driftsIn(hddmA, {}, x),
    'hddm-w': (x) => driftsIn(hddmW, {}, x),
    ddm: (x) => driftsIn(ddm, {}, x),
    kswin: (x) => driftsIn(kswin, {}, x),
  };
  const table: Record<string, unknown> = { runs };
  for (const [name, find] of Object.entries(detectors)) {
    const row: Record<string, unknown> = { falseAlarmsPer10k: falseAlarms(find) };
    for (const [change, rate] of Object.entries(changes)) row[change] = delayOf(find, rate);
    table[name] = row;
  }
  return table;
}

/** One false alarm in 22,000 values or fewer: .45 in 10,000. */
function tunedCusum(values: readonly number[]): number[] {
  const reference = values.slice(0, 1000);
  const aim = { of: 'shares', reference, change: 0.1, expectedFalseAlarmEvery: 22_000, seed: 1 } as const;
  const tuned = tuneCusum(aim);
  if (tuned.status !== 'ok') throw new Error(tuned.reason);
  return driftsIn(cusum, tuned.options, values.slice(1000)).map((at) => at + 1000);
}

function falseAlarms(find: Drifts): number {
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const rng = new Rng(1000 + run);
    alarms += find(Array.from({ length: 11_000 }, () => Number(rng.uniform() < 0.2))).length;
  }
  return round(alarms / runs / 1.1, 2);
}

/** Median and 90th percentile of the delay, and the share of streams in which it is not found within 6,000 values. */
function delayOf(find: Drifts, rate: (since: number) => number): Record<string, number | null> {
  const from = 2000;
  const found: number[] = [];
  for (let run = 0; run < runs; run++) {
    const rng = new Rng(run);
    const values = Array.from({ length: from + 6000 }, (_, i) =>
      Number(rng.uniform() < (i < from ? 0.2 : rate(i - from))),
    );
    const first = find(values).find((at) => at >= from);
    found.push(first === undefined ? Number.POSITIVE_INFINITY : first - from);
  }
  found.sort((a, b) => a - b);
  const at = (level: number): number | null => {
    const value = found[Math.floor(level * (runs - 1))] ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(value) ? value : null;
  };
  const missed = found.filter((delay) => !Number.isFinite(delay)).length;
  return { median: at(0.5), ninetieth: at(0.9), missed: round(missed / runs, 3) };
}

function cost(): Record<string, number> {
  const rng = new Rng(4);
  const values = Float64Array.from({ length: 300_000 }, () => Number(rng.uniform() < 0.2));
  const all: Readonly<Record<string, () => unknown>> = {
    cusum: () => driftsIn(cusum, { of: 'shares', usual: 0.2, changed: 0.3, threshold: 7 }, values),
    adwin: () => driftsIn(adwin, {}, values),
    'page-hinkley': () => driftsIn(pageHinkley, {}, values),
    'hddm-a': () => driftsIn(hddmA, { direction: 'both' }, values),
    'hddm-w': () => driftsIn(hddmW, { direction: 'both' }, values),
    ddm: () => driftsIn(ddm, {}, values),
    kswin: () => driftsIn(kswin, {}, values),
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, run]) => {
      run();
      const before = process.cpuUsage();
      run();
      const used = process.cpuUsage(before);
      return [name, Math.round(((used.user + used.system) * 1000) / values.length)];
    }),
  );
}

/** Cases of streams whose indices are known: in `ALMANAC_REFERENCE`, a folder or file (default `../shared/reference`). */
function reference(): unknown {
  const given = process.env.ALMANAC_REFERENCE ?? '../shared/reference';
  const file =
    existsSync(given) && statSync(given).isDirectory() ? join(given, 'drift_examples.json') : given;
  if (!existsSync(file)) return `not there: ${file} (set ALMANAC_REFERENCE)`;
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: StreamCase[] };
  const wrong: unknown[] = [];
  const streams = cases.filter((one) => one.kind === 'stream_detector');
  for (const one of streams) {
    const ours = detectorOf(one)(lcgValues(one.stream));
    if (JSON.stringify(ours) !== JSON.stringify(one.expect.alarms))
      wrong.push({ id: one.id, ours, ...one.expect });
  }
  failed ||= wrong.length > 0;
  return { cases: streams.length, wrong };
}

interface StreamCase {
  readonly id: string;
  readonly kind: string;
  readonly detector: string;
  readonly params: Readonly<Record<string, number | boolean>>;
  readonly stream: LcgSpec;
  readonly expect: { readonly alarms: readonly number[] };
}

/** What they call options, by what we call them; those that a case leaves out are left to the defaults. */
function detectorOf({ detector, params }: StreamCase): Drifts {
  const given = (names: Readonly<Record<string, string>>): Record<string, number> =>
    Object.fromEntries(
      Object.entries(names).flatMap(([ours, theirs]) =>
        typeof params[theirs] === 'number' ? [[ours, params[theirs]]] : [],
      ),
    );
  const direction = params.two_sided === true ? 'both' : 'up';
  const chances = given({
    driftChance: 'drift_confidence',
    warningChance: 'warning_confidence',
    weight: 'lambda',
  });
  switch (detector) {
    case 'page_hinkley': {
      const names = { minSeen: 'min_instances', tolerance: 'delta', threshold: 'threshold', keep: 'alpha' };
      return (x) => driftsIn(pageHinkley, given(names), x);
    }
    case 'ddm':
      return (x) => driftsIn(ddm, given({ warmUp: 'warm_start', warning: 'warning', drift: 'drift' }), x);
    case 'hddm_a':
      return (x) => driftsIn(hddmA, { ...chances, direction }, x);
    case 'hddm_w':
      return (x) => driftsIn(hddmW, { ...chances, direction }, x);
    case 'adwin':
      return (x) => driftsIn(adwin, given({ chance: 'delta' }), x);
    default:
      throw new Error(`no detector ${detector}`);
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
