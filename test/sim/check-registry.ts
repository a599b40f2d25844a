// Of who serves, and of trainings that are due.

import { trainingPeriodsMin } from '../../src/services/train/index.ts';
import type { Finding } from './invariants.ts';
import type { Oracle } from './oracle.ts';
import type { Seen } from './simulation.ts';

type Found = Omit<Finding, 'step'>;

/** The champion serves in every process, or the process says why not; and all of them divide requests alike. */
export async function checkAlias(seen: Seen, oracle: Oracle): Promise<Found[]> {
  const { name } = oracle.sim.project;
  const champion = await seen.store.getAlias(name, 'champion');
  const found: Found[] = [];
  for (const process of seen.processes) {
    const { version, degraded } = process.serving.status(name);
    if (version?.id === champion?.id || degraded !== null) continue;
    const what = `${process.name}, ${name}: version ${version?.number ?? 'none'} serves, the champion is ${champion?.number ?? 'none'}, and nothing says so`;
    found.push({ invariant: 'alias-serves', what });
  }
  const divisions = new Set(
    seen.processes.map(({ serving }) => {
      const { arms, degraded } = serving.status(name);
      return degraded === null ? JSON.stringify(arms) : undefined;
    }),
  );
  divisions.delete(undefined);
  if (divisions.size > 1)
    found.push({
      invariant: 'alias-serves',
      what: `${name}: processes divide requests otherwise: ${[...divisions].join(' and ')}`,
    });
  return found;
}

/** What is closed makes a training due: then there is one, done, failed or under way. */
export async function checkTrigger(seen: Seen, oracle: Oracle): Promise<Found[]> {
  const { project } = oracle.sim;
  const every = project.retrainEveryPeriods;
  if (every <= 0) return [];
  const clock = (await seen.store.projectClock(project.name)) ?? Number.NEGATIVE_INFINITY;
  const latest = Math.max(oracle.closedAtLeast(seen.time.now()), clock);
  const first = oracle.firstPeriod();
  const jobs = (await seen.store.listJobs({ project: project.name, limit: 1000 })).filter(
    ({ pipeline }) => pipeline === 'train',
  );
  if (jobs.some(({ state }) => state === 'queued' || state === 'running')) return [];
  if (latest - first + 1 < trainingPeriodsMin(project)) return [];
  const known = await snapshotPeriod(seen, (await seen.store.getAlias(project.name, 'champion'))?.snapshotId);
  const newest = (await seen.store.listVersions(project.name, 1))[0]?.snapshotId;
  const tries = jobs.map(({ input }) => Number(input.latestPeriod)).filter(Number.isFinite);
  const tried = Math.max(
    Number.NEGATIVE_INFINITY,
    (await snapshotPeriod(seen, newest)) ?? -Infinity,
    ...tries,
  );
  const since = Math.min(latest - (known ?? first - 1), latest - tried);
  if (since < every) return [];
  const what = `${project.name}: ${since} periods have come since the last training, one is due every ${every}, and none was begun`;
  return [{ invariant: 'trigger-is-not-lost', what }];
}

async function snapshotPeriod(seen: Seen, id: string | null | undefined): Promise<number | undefined> {
  return id ? (await seen.store.getSnapshot(id))?.periodMax : undefined;
}

/** The project clock has passed what the allowed lateness closes at the latest. */
export async function checkClock(seen: Seen, oracle: Oracle): Promise<Found[]> {
  const { name } = oracle.sim.project;
  const due = oracle.closedAtLeast(seen.time.now());
  const clock = (await seen.store.projectClock(name)) ?? Number.NEGATIVE_INFINITY;
  if (clock >= due) return [];
  const what = `${name}: the project clock is ${clock}, and ${due} ended, with a row as late as it, longer ago than rows are waited for`;
  return [{ invariant: 'closes-in-time', what }];
}
