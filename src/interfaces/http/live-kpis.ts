// The KPIs of this moment, with what only the edge knows, and as the API shows them.

import { type Figure, type KpiReport, kpiEntry, kpiNames, type Now } from '../../services/kpis/index.ts';
import type { Connections } from './connections.ts';
import type * as api from './contract.ts';
import type { HttpServices } from './services.ts';

const jobsCountedMax = 1000;
/** Newest runs among which trainings are looked for, and how many of these are counted. */
const runsSearchedMax = 100;
const trainingsMax = 20;

interface Live {
  readonly services: HttpServices;
  readonly connections: Connections;
  readonly minutes: number;
}

export async function liveKpis({ services, connections, minutes }: Live): Promise<KpiReport> {
  const jobs = await services.jobs.list({ state: 'queued', limit: jobsCountedMax });
  const now: Now = {
    requestsOpen: connections.requests,
    connectionsOpen: connections.open,
    jobsQueued: jobs.length,
    predictionsWaiting: predictionsWaiting(services),
    trainingCpuSeconds: await trainingCpuSeconds(services),
  };
  return services.kpis.report({ minutes, now });
}

/** One log serves all projects: each of them tells the same number. */
function predictionsWaiting({ projects, serving }: HttpServices): number {
  const [first] = projects.list();
  return first === undefined ? 0 : serving.status(first.name).predictionsWaiting;
}

async function trainingCpuSeconds({ tracking }: HttpServices): Promise<number[]> {
  const runs = await tracking.list({ limit: runsSearchedMax });
  return runs
    .filter((run) => run.kind === 'train' && run.status === 'finished')
    .flatMap((run) => run.cpuSeconds ?? [])
    .slice(0, trainingsMax);
}

export function kpisView(report: KpiReport): api.Kpis {
  const { atMs, sinceMs, objective, costs, burn } = report;
  const figures = Object.fromEntries(kpiNames.map((name) => [name, figureView(name, report.figures[name])]));
  return {
    at: iso(atMs),
    since: iso(sinceMs),
    within: Object.values(figures).every(({ within }) => within !== false),
    objective: { ...objective },
    costs: { ...costs },
    figures: figures as api.Kpis['figures'],
    burn: burn.map(({ name, longMinutes, shortMinutes, rate, long, short, burning }) => ({
      rule: name,
      rate,
      burning,
      long: { minutes: longMinutes, ...long },
      short: { minutes: shortMinutes, ...short },
    })),
  };
}

function figureView(name: api.KpiName, { window, bound, ...rest }: Figure): api.KpiFigure {
  return {
    ...rest,
    unit: kpiEntry(name).unit,
    bound: bound === null ? null : { ...bound },
    from: iso(window.fromMs),
    to: iso(window.toMs),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
