// What goes on in a server behind its requests: jobs, what starts them by itself, and the rounds that keep the data folder.
// Of several processes the primary does all of it.

import { secretOf } from '../interfaces/config/index.ts';
import { AlertWatch, Dispatcher } from '../services/alerts/index.ts';
import { closeSubscriber, sealSubscriber } from '../services/data/index.ts';
import { driftSubscriber } from '../services/drift/index.ts';
import { Rounds, runDue, systemTimers } from '../services/jobs/index.ts';
import { canTrain, RetrainTrigger, retrainSchedules } from '../services/learning/index.ts';
import { purgeSubscriber } from '../services/projects/index.ts';
import { sourceSchedules } from '../services/sources/index.ts';
import type { ServerParts } from './front.ts';
import { chance } from './platform.ts';

/** How old what stands beside the database may be: a commit that is newer is not missed if an older database takes its place. */
const noteEveryMs = 30_000;
/** How late a scheduled training or reading may begin. */
const schedulesEveryMs = 5000;
/** How late a period may be closed that has only had to wait: hours have passed by then. */
const latenessEveryMs = 30_000;
/** How late what only time brings may be told: a silent feed, a silence that ends. */
const alertsEveryMs = 30_000;
/** Retention runs once a day, also in a server that is started anew each morning: so often is looked whether a day has passed. */
const retentionLookMs = 600_000;

export interface Background {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What starts by itself goes on from where the last process stood: see the table of subscribers in docs/internals/architecture.md. */
export function background(parts: ServerParts): Background {
  const { services, store, feed, retention } = parts;
  const { jobs, projects } = services;
  const retraining = new RetrainTrigger({ projects, store, jobs });
  const alerts = new AlertWatch({ ...parts, ...services });
  const dispatcher = dispatcherOf(parts);
  const rounds = [schedules(parts), closing(parts), noting(parts), alerting(parts, alerts)];
  const removal = removing(parts);
  return {
    start: async () => {
      for (const round of [...rounds, removal, dispatcher]) round.start();
      jobs.start();
      const afterSeq = await feed.now();
      const names = projects.list().map(({ name }) => name);
      await feed.resume(closeSubscriber({ projects, data: services.data }), { projects: names });
      // Settings may have changed, too.
      await feed.resume(retraining.subscriber, { projects: names, look: true });
      // What was closed while no server ran is due now.
      await feed.resume(driftSubscriber({ projects, data: services.data, store, jobs }), {
        projects: names,
        look: true,
      });
      // A row per project says what waits to be sealed.
      feed.follow(sealSubscriber({ store, jobs }), { afterSeq, projects: names });
      await feed.resume(alerts.subscriber, { projects: names, look: true });
      const removed = (await projects.removed()).map(({ project }) => project.name);
      feed.follow(purgeSubscriber({ store, jobs }), { afterSeq, projects: removed });
    },
    stop: async () => {
      await dispatcher.stop();
      for (const round of rounds) await round.stop();
      // First what a round of it may be waiting for.
      await retention.stop();
      await removal.stop();
    },
  };
}

/** Trainings and readings of sources at times of day. */
function schedules({
  config,
  services,
  store,
  machineClock,
  log,
}: Pick<ServerParts, 'config' | 'services' | 'store' | 'machineClock' | 'log'>): Rounds {
  const { jobs, projects, sources } = services;
  return new Rounds({
    everyMs: schedulesEveryMs,
    timers: systemTimers,
    work: async () => {
      await runDue({
        store,
        jobs,
        clock: machineClock,
        list: async () => [
          ...retrainSchedules(projects.list()),
          ...sourceSchedules(config.sources, projects),
        ],
        mayRun: async ({ pipeline, project: name, input }) => {
          if (pipeline === 'source') return await sources.mayRun(String(input?.source));
          const project = projects.find(name);
          return project !== undefined && (await canTrain(store, project));
        },
      });
    },
    onError: (error) => log.error({ error }, 'schedules'),
  });
}

/** Periods that have waited long enough. */
function closing({ services, log }: Pick<ServerParts, 'services' | 'log'>): Rounds {
  return new Rounds({
    everyMs: latenessEveryMs,
    timers: systemTimers,
    work: async () => {
      for (const project of services.projects.list()) await services.data.closePeriods(project);
    },
    onError: (error) => log.error({ error }, 'closing periods'),
  });
}

function alerting({ log }: Pick<ServerParts, 'log'>, alerts: AlertWatch): Rounds {
  return new Rounds({
    everyMs: alertsEveryMs,
    timers: systemTimers,
    work: () => alerts.round(),
    onError: (error) => log.error({ error }, 'alerts'),
  });
}

/** What is to be sent of alerts. */
function dispatcherOf({ config, store, machineClock: clock, log }: ServerParts): Dispatcher {
  const { alerting, alertRoutes: routes } = config;
  return new Dispatcher({ store, routes, alerting, clock, secretOf, chance, log, timers: systemTimers });
}

function noting({ noteCommits, log }: Pick<ServerParts, 'noteCommits' | 'log'>): Rounds {
  return new Rounds({
    everyMs: noteEveryMs,
    timers: systemTimers,
    work: noteCommits,
    onError: (error) => log.error({ error }, 'almanac.json'),
  });
}

function removing({ retention, log }: Pick<ServerParts, 'retention' | 'log'>): Rounds {
  return new Rounds({
    everyMs: retentionLookMs,
    timers: systemTimers,
    work: async () => {
      const removed = await retention.runWhenDue();
      if (removed !== undefined) log.info({ removed }, 'retention');
    },
    onError: (error) => log.error({ error }, 'retention'),
  });
}
