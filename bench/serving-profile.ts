// Where the time of our server goes while it answers: self time by function, from V8's sampling profiler over the seconds of load.

import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closedLoop } from './serving-load.ts';
import { type Ours, startOurs } from './serving-ours.ts';

export interface ProfileEntry {
  readonly name: string;
  readonly where: string;
  /** Of all samples that were not idle. */
  readonly share: number;
}

export interface Profile {
  readonly question: string;
  /** Of the time of load. */
  readonly idleShare: number;
  readonly entries: readonly ProfileEntry[];
}

/** The parts of a `.cpuprofile` that are read. Times are microseconds of the monotonic clock. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const entriesMax = 15;
const connections = 16;
const root = fileURLToPath(new URL('..', import.meta.url));
/** Packages may lie behind a link, elsewhere on the machine. */
const beforePackages = /^.*\/(?=node_modules\/)/;

/** Profiles of forecasts that are held, of forecasts that are computed, and of registered trees. */
export async function profiles(ours: Ours, scratch: string, seconds: number): Promise<Profile[]> {
  const found: Profile[] = [];
  const asked = [
    { name: 'forecast, held', question: ours.forecasts, cached: true },
    { name: 'forecast, computed', question: ours.forecasts, cached: false },
    ...ours.registered.slice(0, 1).map((question) => ({ name: question.name, question, cached: true })),
  ];
  for (const { name, question, cached } of asked) {
    const folder = mkdtempSync(join(scratch, 'profile-'));
    const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const running = await startOurs(ours.folder, { processes: 1, cached }, [question], flags);
    const target = { url: running.url + question.path, bodiesFile: question.bodiesFile };
    await closedLoop(target, { connections, seconds: 1 });
    const from = monotonicUs();
    await closedLoop(target, { connections, seconds });
    const to = monotonicUs();
    await running.stop();
    found.push({ question: name, ...selfTimes(mainThread(folder), { from, to }) });
  }
  return found;
}

function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Threads write a file each: CPU.DATE.TIME.PID.THREAD.NUMBER.cpuprofile. */
function mainThread(folder: string): CpuProfile {
  const name = readdirSync(folder).find((file) => file.split('.').at(-3) === '0');
  if (name === undefined) throw new Error(`no profile of a main thread in ${folder}`);
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
}

function selfTimes(
  profile: CpuProfile,
  { from, to }: { from: number; to: number },
): Omit<Profile, 'question'> {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, { name: string; where: string; us: number }>();
  let now = profile.startTime;
  let idle = 0;
  let busy = 0;
  for (const [i, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[i] as number;
    now += delta;
    const frame = frames.get(id);
    if (now < from || now > to || frame === undefined) continue;
    if (frame.functionName === '(idle)') {
      idle += delta;
      continue;
    }
    busy += delta;
    const name = frame.functionName || '(anonymous)';
    const file = frame.url
      .replace(/^file:\/\//, '')
      .replace(root, '')
      .replace(beforePackages, '');
    const where = file === '' ? 'native' : `${file}:${frame.lineNumber + 1}`;
    const entry = times.get(name + where) ?? { name, where, us: 0 };
    entry.us += delta;
    times.set(name + where, entry);
  }
  return {
    idleShare: idle / (idle + busy),
    entries: [...times.values()]
      .sort((a, b) => b.us - a.us)
      .slice(0, entriesMax)
      .map(({ name, where, us }) => ({ name, where, share: us / busy })),
  };
}
