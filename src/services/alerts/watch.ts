// When projects are looked at: after what has happened to them, and from time to time, as nothing happening may be the trouble.

import type { Clock, EventType, Project } from '../../core/index.ts';
import type { AlertStore, HistoryStore, JobStore, PredictionStore } from '../../storage/ports/index.ts';
import { type DataService, TimeZone } from '../data/index.ts';
import type { DriftReports } from '../drift/index.ts';
import type { Subscriber } from '../feed/index.ts';
import type { AccuracyMonitor } from '../monitor/index.ts';
import type { Projects } from '../projects/index.ts';
import type { Sources } from '../sources/index.ts';
import type { Alerts } from './alerts.ts';
import { LabelFigures } from './label-figures.ts';
import type { Facts, Rule } from './rule.ts';

export interface AlertWatchOptions {
  readonly alerts: Pick<Alerts, 'look' | 'settle'>;
  readonly projects: Pick<Projects, 'find' | 'list'>;
  readonly store: Pick<HistoryStore, 'newestBatches' | 'projectClock'> &
    Pick<JobStore, 'listJobs'> &
    Pick<PredictionStore, 'predictionStats'> &
    Pick<AlertStore, 'forgetAlerts'>;
  readonly monitor: Pick<AccuracyMonitor, 'accuracy'>;
  readonly data: Pick<DataService, 'contractStates'>;
  readonly sources: Pick<Sources, 'list'>;
  readonly drift: Pick<DriftReports, 'list' | 'one'>;
  /** What time it is for the data. */
  readonly clock: Clock;
  readonly machineClock: Clock;
}

const kinds = [
  'batch.committed',
  'contract.failed',
  'drift.detected',
  'project.added',
  'project.changed',
  'source.failing',
  'source.paused',
  'source.recovered',
  'source.resumed',
  'job.done',
  'job.failed',
] as const satisfies readonly EventType[];

const batchesRead = 30;
const trainingsRead = 10;
/** Labels may also come late, or be corrected, without a period closing: then they are looked at again after so long. */
const labelsEveryMs = 300_000;
/** Periods of a history that is sent anew close one after the other: labels are not looked at for each. */
const labelsPauseMs = 60_000;
/** Alerts that are over are kept for so long, and what was sent of them. */
const keptMs = 90 * 86_400_000;

/** Of a project, when its labels were looked at last, and up to which period. */
interface Looked {
  readonly projectClock: number | null;
  readonly settings: Project;
  readonly at: number;
}

export class AlertWatch {
  readonly #options: AlertWatchOptions;
  readonly #looked: Map<string, Looked> = new Map();
  readonly #zones: Map<string, TimeZone> = new Map();
  #forgotAt: number | undefined;
  /** Looks at a project when something has happened that a rule may ask about. */
  readonly subscriber: Subscriber<EventType> = {
    name: 'alerts',
    kinds,
    apply: async ({ project: name }) => {
      const project = this.#options.projects.find(name);
      if (project !== undefined) await this.#look(project);
    },
  };

  constructor(options: AlertWatchOptions) {
    this.#options = options;
  }

  /** What time brings: feeds that are silent, silences that end, alerts nobody has answered. */
  async round(): Promise<void> {
    const { alerts, projects, machineClock, store } = this.#options;
    const names = new Set(projects.list().map(({ name }) => name));
    for (const name of this.#looked.keys()) if (!names.has(name)) this.#looked.delete(name);
    for (const project of projects.list()) await this.#look(project);
    await alerts.settle();
    const now = machineClock.now();
    if (this.#forgotAt !== undefined && now - this.#forgotAt < 86_400_000) return;
    this.#forgotAt = now;
    await store.forgetAlerts(now - keptMs);
  }

  async #look(project: Project): Promise<void> {
    const { alerts, machineClock } = this.#options;
    const facts = await this.#factsOf(project);
    const { projectClock } = facts;
    const before = this.#looked.get(project.name);
    const now = machineClock.now();
    const waitMs =
      before?.projectClock === projectClock && before.settings === project ? labelsEveryMs : labelsPauseMs;
    const isDue = before === undefined || now - before.at >= waitMs;
    const isAsked = ({ looksAt }: Rule): boolean => looksAt === 'state' || isDue;
    await alerts.look(facts, isAsked);
    if (isDue) this.#looked.set(project.name, { projectClock, settings: project, at: now });
  }

  async #factsOf(project: Project): Promise<Facts> {
    const { store, monitor, data, sources, drift, clock } = this.#options;
    const { name } = project;
    return {
      project,
      now: clock.now(),
      zone: this.#zoneOf(project),
      projectClock: await store.projectClock(name),
      figures: new LabelFigures({ monitor, store, project }),
      batches: once(() => store.newestBatches(name, { beforeSeq: null, limit: batchesRead })),
      trainings: once(() => store.listJobs({ project: name, pipeline: 'train', limit: trainingsRead })),
      contract: once(async () => (await data.contractStates([project]))[0]),
      sources: once(() => sources.list()),
      drift: {
        newest: once(async () => (await drift.list(project, 1))[0]),
        report: (id) => drift.one(project, id),
      },
    };
  }

  /** Zones are slow to open; there are as many as projects name. Hours are counted in UTC. */
  #zoneOf({ grid, timezone }: Project): TimeZone {
    const name = grid.frequency === 'hour' ? 'UTC' : timezone;
    const zone = this.#zones.get(name) ?? new TimeZone(name);
    this.#zones.set(name, zone);
    return zone;
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}
