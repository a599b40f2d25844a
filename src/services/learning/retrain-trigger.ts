// Watches what happens and puts a training, or what else a trigger begins, into the queue. The decisions are pure (`triggers.ts`);
// the single flight of jobs keeps two watchers from starting two trainings.

import type { EventType } from '../../core/index.ts';
import type { JobRecord } from '../../storage/ports/index.ts';
import type { Subscriber } from '../feed/index.ts';
import type { PipelineEngine } from '../jobs/index.ts';
import type { Projects } from '../projects/index.ts';
import { type SituationStore, situationOf } from './situation.ts';
import type { Trigger } from './trigger.ts';
import { decideAll, triggers } from './triggers.ts';

export interface RetrainTriggerOptions {
  readonly projects: Pick<Projects, 'getProject'>;
  readonly store: SituationStore;
  readonly jobs: Pick<PipelineEngine, 'enqueue'>;
}

export class RetrainTrigger {
  readonly #options: RetrainTriggerOptions;
  /** Considers a project whenever something of it has happened that a trigger looks at. */
  readonly subscriber: Subscriber<EventType> = {
    name: 'retraining',
    kinds: [...new Set(triggers.flatMap(({ kinds }) => kinds))],
    apply: async ({ project, events }) => {
      const types = new Set(events.filter((event) => !isOfOtherJob(event)).map(({ type }) => type));
      const looking = triggers.filter(
        ({ kinds }) => events.length === 0 || kinds.some((kind) => types.has(kind)),
      );
      if (looking.length > 0) await this.consider(project, looking);
    },
  };

  constructor(options: RetrainTriggerOptions) {
    this.#options = options;
  }

  /** Decides now for one project. @returns the jobs begun, or those that run already; [] when it is time for none */
  async consider(name: string, looking: readonly Trigger[] = triggers): Promise<JobRecord[]> {
    const { projects, store, jobs } = this.#options;
    const project = await projects.getProject(name);
    if (project === undefined) return [];
    const wanted = looking.filter(({ isWanted }) => isWanted(project));
    if (wanted.length === 0) return [];
    const situation = await situationOf(store, project);
    const { history, trainingPeriodsMin } = situation;
    // A job on less history than it needs would only fail, and hold up one that is asked for meanwhile.
    if (history === null || history.periodMax - history.periodMin + 1 < trainingPeriodsMin) return [];
    const begun: JobRecord[] = [];
    for (const { trigger, decision } of decideAll(situation, wanted)) {
      const { pipeline, reason, evidence } = decision;
      // Whatever began it, this is what the next try is counted from.
      const input = { trigger, reason, latestPeriod: history.periodMax, evidence };
      const { job } = await jobs.enqueue(pipeline, name, input);
      begun.push(job);
    }
    return begun;
  }
}

const retraining: readonly string[] = ['train', 'search'];

/** The end of a job that no trigger begins. */
function isOfOtherJob({ type, data }: { readonly type: EventType; readonly data: object }): boolean {
  return type.startsWith('job.') && 'pipeline' in data && !retraining.includes(String(data.pipeline));
}
