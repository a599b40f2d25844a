// Question: what does monitoring alarm about in a year of real demand, and how soon does it find faults that are put into it?
// `--set NAME,NAME` of rossmann, electricity (rules were chosen on these), m5, online-retail; `--faults N` (50 a set), `--seed S`,
// `--every N` checks of the year (1 = each day). Ends with code 1 where a bound is broken.

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { periodLabel } from '../src/core/index.ts';
import type { DriftCheck } from '../src/services/drift/index.ts';
import { machineNow } from './machine.ts';
import { holding, type Looked, lookAt } from './replay-alarms.ts';
import { type Fault, faultKinds, faultsOf, harmed } from './replay-faults.ts';
import { type Replayed, type ReplaySet, replayedSet, replaySets } from './replay-sets.ts';
import { Workshop } from './workshop.ts';

const { values: flags } = parseArgs({
  options: {
    set: { type: 'string', default: replaySets.join(',') },
    faults: { type: 'string', default: '50' },
    kind: { type: 'string', default: faultKinds.join(',') },
    seed: { type: 'string', default: '1' },
    every: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const folder = process.env.ALMANAC_DATA ?? '../shared/data';
const foundWithin = 3;
/** A fall of 15 % is found when the days after it say so: looked for so much longer. */
const levelWithin = 14;

interface Alarm {
  readonly at: string;
  readonly subject: string;
  readonly severity: string;
  readonly summary: string;
}

/** A year as it was: what alarmed, and each check, for faults to begin at. */
async function yearOf(replayed: Replayed, every: number): Promise<{ alarms: Alarm[]; looked: Looked[] }> {
  const alarms: Alarm[] = [];
  const looked: Looked[] = [];
  let [before, held]: [DriftCheck | null, Set<string>] = [null, new Set()];
  for (const [i, through] of replayed.checks.entries()) {
    if (i % every !== 0) continue;
    const one = await lookAt(replayed, through, before);
    const now = holding(one.conditions, held);
    for (const { subject, severity, summary, holds } of one.conditions)
      if (holds === true && !held.has(subject))
        alarms.push({ at: periodLabel(replayed.panel.grid, through), subject, severity, summary });
    [before, held] = [one.check, now];
    looked.push(one);
  }
  return { alarms, looked };
}

interface Outcome extends Fault {
  /** Checks until it was found; null = never. */
  readonly foundAfter: number | null;
  readonly as: string | null;
}

/** The checks from the fault on, until something is said of it that would not be said without it. */
async function sought(replayed: Replayed, fault: Fault, clean: readonly Looked[]): Promise<Outcome> {
  const panel = harmed(replayed, fault);
  const most = fault.kind === 'level' ? levelWithin : foundWithin;
  let before = clean[fault.check - 1]?.check ?? null;
  for (let k = 0; k < most; k++) {
    const through = replayed.checks[fault.check + k] as number;
    const { check, conditions } = await lookAt({ ...replayed, panel }, through, before);
    const usual = new Set(
      (clean[fault.check + k]?.conditions ?? []).filter(({ holds }) => holds).map(({ subject }) => subject),
    );
    const found = conditions.find(
      ({ holds, subject }) =>
        holds === true && !usual.has(subject) && fault.columns.some((name) => subject.startsWith(name)),
    );
    if (found !== undefined) return { ...fault, foundAfter: k + 1, as: found.summary };
    before = check;
  }
  return { ...fault, foundAfter: null, as: null };
}

function lineOf({ panel }: Replayed, { kind, columns, segment, at, foundAfter, as }: Outcome): string {
  const what = `${kind} ${columns.join('↔')}${segment === null ? '' : ` of ${segment}`}`;
  const how = foundAfter === null ? 'NOT FOUND' : `found at check ${foundAfter}: ${as}`;
  return `  ${periodLabel(panel.grid, at)} ${what}: ${how}`;
}

async function replay(shop: Workshop, set: ReplaySet): Promise<Record<string, unknown>> {
  const replayed = await replayedSet(shop, set);
  const say = (line: string): boolean => flags.json || process.stdout.write(`${line}\n`);
  const every = Number(flags.every);
  say(`${set}: ${replayed.panel.series.length} series, ${replayed.checks.length} checks`);
  const { alarms, looked } = await yearOf(replayed, every);
  for (const { at, subject, summary } of alarms) say(`  alarm ${at} [${subject}] ${summary}`);
  const outcomes: Outcome[] = [];
  const wanted = flags.kind.split(',');
  if (every === 1)
    for (const fault of faultsOf(replayed, Number(flags.faults), Number(flags.seed))) {
      if (!wanted.includes(fault.kind)) continue;
      const outcome = await sought(replayed, fault, looked);
      outcomes.push(outcome);
      say(lineOf(replayed, outcome));
    }
  const found = Object.fromEntries(
    faultKinds.map((kind) => {
      const own = outcomes.filter((one) => one.kind === kind);
      const delays = own.map(({ foundAfter }) => foundAfter ?? Number.POSITIVE_INFINITY);
      const within = (n: number): number => delays.filter((delay) => delay <= n).length;
      return [kind, { n: own.length, within3: within(3), within7: within(7), within14: within(14) }];
    }),
  );
  say(`${set}: ${alarms.length} alarms without a fault; ${JSON.stringify(found)}`);
  return { set, checks: replayed.checks.length, alarms, found, outcomes };
}

async function main(): Promise<void> {
  if (!existsSync(folder)) {
    process.stderr.write(`no public data at ${folder}; set ALMANAC_DATA\n`);
    process.exitCode = 2;
    return;
  }
  const machine = machineNow();
  const shop = await Workshop.open(folder, false);
  try {
    const sets = [];
    for (const set of flags.set.split(',')) sets.push(await replay(shop, set as ReplaySet));
    if (flags.json)
      process.stdout.write(
        `${JSON.stringify({ name: 'drift-replay', machine, date: new Date().toISOString(), seed: Number(flags.seed), sets }, null, 2)}\n`,
      );
  } finally {
    await shop.close();
  }
}

await main();
