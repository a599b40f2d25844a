// How a project stands: when it was trained last and is next, how what serves did beside the version before it, and how mature it is.

import { type Clock, type Maturity, maturity, type Project, type ProjectStanding } from '../../core/index.ts';
import type { JobRecord, JsonObject, RegistryStore } from '../../storage/ports/index.ts';
import { causeOf, nextRunAt } from '../jobs/index.ts';
import { retrainSchedules } from './retrain-schedule.ts';
import { type SituationStore, situationOf } from './situation.ts';
import { triggers } from './triggers.ts';

export interface LastTraining {
  readonly jobId: string;
  readonly state: JobRecord['state'];
  /** When it ended, or where it has not, when it was put in. */
  readonly at: number;
  readonly reason: string | null;
}

/** What serves beside the champion before it, on the demand that both were asked for at its gate and neither had learnt from. */
export interface AgainstLast {
  readonly versionId: string;
  /** Number of the version before; null = it is gone. */
  readonly number: number | null;
  /** Series and origins that both forecast. */
  readonly folds: number;
  readonly wape: number;
  readonly wapeBefore: number;
}

/** The change by which what is to serve came to serve. */
export interface ServingSince {
  readonly number: number;
  readonly at: number;
  readonly reason: string;
  readonly by: string;
  readonly before: number | null;
}

export interface Standing {
  readonly serving: ServingSince | null;
  readonly lastTraining: LastTraining | null;
  readonly next: {
    /** By the clock; null = no schedule. */
    readonly at: number | null;
    /** What each trigger that is switched on waits for. */
    readonly waits: readonly { readonly trigger: string; readonly due: boolean; readonly reason: string }[];
  };
  readonly againstLast: AgainstLast | null;
  /** Why there is nothing to compare with; null where there is. */
  readonly againstLastReason: string | null;
  readonly maturity: Maturity;
}

export type StandingStore = SituationStore & {
  readonly getVersion: (id: string) => Promise<{ readonly number: number } | undefined>;
  readonly aliasHistory: RegistryStore['aliasHistory'];
};

/** Cost: a few rows. */
export async function standingOf(store: StandingStore, clock: Clock, project: Project): Promise<Standing> {
  const { name, retrainEveryPeriods, retrainSchedule, retrainOn = [], adaptCoverage = true } = project;
  const [job] = await store.listJobs({ project: name, pipeline: 'train', limit: 1 });
  const champion = await store.getAlias(name, 'champion');
  const situation = await situationOf(store, project);
  const [schedule] = retrainSchedules([project]);
  const against =
    champion === undefined ? 'no version serves yet' : await againstLast(store, champion.gate ?? null);
  return {
    serving: champion === undefined ? null : await servingSince(store, name, champion),
    lastTraining:
      job === undefined
        ? null
        : {
            jobId: job.id,
            state: job.state,
            at: job.endedAt ?? job.createdAt,
            reason: causeOf(job.input)?.reason ?? null,
          },
    next: {
      at: schedule === undefined ? null : nextRunAt(schedule, clock.now()),
      waits: triggers
        .filter(({ isWanted }) => isWanted(project))
        .map(({ name: trigger, decide }) => {
          const { begin, reason } = decide(situation);
          return { trigger, due: begin, reason };
        }),
    },
    againstLast: typeof against === 'string' ? null : against,
    againstLastReason: typeof against === 'string' ? against : null,
    maturity: maturity({
      serves: champion !== undefined,
      retrains: retrainEveryPeriods > 0 || retrainSchedule !== undefined,
      reacts: retrainOn.length > 0,
      adapts: adaptCoverage,
    }),
  };
}

async function servingSince(
  store: StandingStore,
  project: string,
  { number }: { readonly number: number },
): Promise<ServingSince | null> {
  const [now, last] = await store.aliasHistory(project, 'champion', 2);
  if (now === undefined) return null;
  const before = last === undefined ? undefined : await store.getVersion(last.versionId);
  return { number, at: now.at, reason: now.reason, by: now.by, before: before?.number ?? null };
}

/** From the gate that what serves has passed; else why there is nothing. */
async function againstLast(store: StandingStore, gate: JsonObject | null): Promise<AgainstLast | string> {
  if (gate === null) return 'what serves has passed no gate: nothing was compared';
  const { against, againstVersionId, folds, challenger, opponent } = gate;
  if (against !== 'champion' || typeof againstVersionId !== 'string')
    return 'no champion was there when what serves was trained';
  const [wape, wapeBefore] = [wapeOf(challenger), wapeOf(opponent)];
  if (wape === null || wapeBefore === null || typeof folds !== 'number')
    return 'there was no demand where the two were compared';
  const number = (await store.getVersion(againstVersionId))?.number ?? null;
  return { versionId: againstVersionId, number, folds, wape, wapeBefore };
}

function wapeOf(figures: JsonObject[string] | undefined): number | null {
  const { wape } = (figures ?? {}) as JsonObject;
  return typeof wape === 'number' ? wape : null;
}

/** As the doors show it: moments as texts. */
export function shownStanding(standing: Standing): ProjectStanding {
  const {
    serving,
    lastTraining,
    next,
    againstLast: against,
    againstLastReason,
    maturity: { steps, ...level },
  } = standing;
  return {
    serving: serving && {
      version: serving.number,
      since: new Date(serving.at).toISOString(),
      reason: serving.reason,
      by: serving.by,
      before: serving.before,
    },
    lastTraining: lastTraining && {
      job: lastTraining.jobId,
      state: lastTraining.state,
      at: new Date(lastTraining.at).toISOString(),
      reason: lastTraining.reason,
    },
    next: { at: next.at === null ? null : new Date(next.at).toISOString(), waits: [...next.waits] },
    againstLast: against && {
      version: against.number,
      folds: against.folds,
      wape: against.wape,
      wapeBefore: against.wapeBefore,
    },
    againstLastReason,
    maturity: { ...level, steps: [...steps] },
  };
}
