// The triggers there are. A new one is an entry here, with its setting in `core/project.ts` (`RetrainOn`) and its test.

import { canonicalJson, type Project, type RetrainOn } from '../../core/index.ts';
import type { JsonObject } from '../../storage/ports/index.ts';
import { decideRetrain } from './decide-retrain.ts';
import { type Decision, evidenceOf, largest, notNow, type Situation, type Trigger } from './trigger.ts';

function settingOf(project: Project, event: RetrainOn['event']): RetrainOn | undefined {
  return project.retrainOn?.find((one) => one.event === event);
}

const none: Partial<RetrainOn> = {};
const trained = ['job.done', 'job.failed', 'job.cancelled'] as const;

/** Enough periods have been closed since the champion's data ended, and since the last try: `retrainEveryPeriods`. */
export const periods: Trigger = {
  name: 'periods',
  // What came while a training ran could begin none.
  kinds: ['batch.committed', 'project.added', 'project.changed', ...trained],
  isWanted: ({ retrainEveryPeriods }) => retrainEveryPeriods > 0,
  decide: ({ project, history, trainingPeriodsMin, champion, newest, tries }) => {
    const tried = Math.max(
      newest?.periodMax ?? Number.NEGATIVE_INFINITY,
      largest(tries('train'), 'latestPeriod'),
    );
    const decision = decideRetrain({
      retrainEveryPeriods: project.retrainEveryPeriods,
      history,
      trainingPeriodsMin,
      championPeriodMax: champion?.periodMax ?? null,
      attemptPeriodMax: Number.isFinite(tried) ? tried : null,
    });
    if (!decision.retrain) return notNow(decision.reason);
    const { trigger: _, ...evidence } = decision.evidence;
    return { begin: true, pipeline: 'train', reason: decision.reason, evidence };
  },
};

/** Rows that the champion has learnt from were taken back, or count again. */
export const withdrawal: Trigger = {
  name: 'withdrawal',
  kinds: ['batch.committed', 'project.added', 'project.changed', ...trained],
  isWanted: (project) => settingOf(project, 'withdrawal') !== undefined,
  decide: ({ project, champion, newest, withdrawals, tries }) => {
    const { rowsMin = 1, pipeline = 'train' } = settingOf(project, 'withdrawal') ?? none;
    if (champion === null) return notNow('nothing has learnt from any rows');
    const seen = Math.max(newest?.batchSeqMax ?? 0, largest(evidenceOf(tries(pipeline)), 'correctionSeq'));
    let rows = 0;
    let correctionSeq = 0;
    const reasons = new Set<string>();
    for (const each of withdrawals) {
      const stood = each.correctionSeq <= seen && (each.restoredSeq ?? Number.POSITIVE_INFINITY) > seen;
      const stands = each.restoredSeq === null;
      const isLearnt = each.batchSeq === null || each.batchSeq <= champion.batchSeqMax;
      if (stood === stands || !isLearnt) continue;
      rows += each.rows;
      correctionSeq = Math.max(correctionSeq, each.restoredSeq ?? each.correctionSeq);
      reasons.add(stands ? `withdrawn: ${each.reason}` : `not withdrawn any more: ${each.reason}`);
    }
    if (rows < rowsMin) return notNow(`${rows} of ${rowsMin} rows were withdrawn since the last training`);
    const reason = `${rows} rows that version ${champion.number} may have learnt from are ${[...reasons].join('; ')}`;
    return { begin: true, pipeline, reason, evidence: { rows, correctionSeq } };
  },
};

/** The newest version does not serve: it is tried again when there is something new to learn from. */
export const refusal: Trigger = {
  name: 'refusal',
  kinds: ['batch.committed', 'swap.refused', 'project.added', 'project.changed', ...trained],
  isWanted: (project) => settingOf(project, 'refusal') !== undefined,
  decide: ({ project, history, newest, tries }) => {
    const { afterPeriods = 1, pipeline = 'train' } = settingOf(project, 'refusal') ?? none;
    if (newest === null || newest.refusal === null) return notNow('the newest version was not refused');
    const latestPeriod = history?.periodMax ?? Number.NEGATIVE_INFINITY;
    const tried = Math.max(newest.periodMax, largest(tries(pipeline), 'latestPeriod'));
    const since = latestPeriod - tried;
    if (!(since >= afterPeriods)) return notNow(`${since} of ${afterPeriods} periods since it was refused`);
    const reason = `version ${newest.number} was refused (${newest.refusal}), and ${since} more periods are closed`;
    return { begin: true, pipeline, reason, evidence: { versionId: newest.versionId, periodsSince: since } };
  },
};

/** The project has other settings than the newest version was trained with. */
export const settings: Trigger = {
  name: 'settings',
  kinds: ['project.added', 'project.changed', ...trained],
  isWanted: (project) => settingOf(project, 'settings') !== undefined,
  decide: ({ project, newest, tries }) => {
    const { pipeline = 'train' } = settingOf(project, 'settings') ?? none;
    if (newest === null || newest.settings === null) return notNow('no version is there to compare with');
    const now = learntSettings(project);
    const changed = Object.keys(now).filter((name) => !isSame(now[name], newest.settings?.[name]));
    if (changed.length === 0) return notNow('the newest version has these settings');
    const tried = evidenceOf(tries(pipeline)).find((one) => one.settings !== undefined);
    if (isSame(tried?.settings, now)) return notNow('these settings have been tried');
    const reason = `version ${newest.number} was trained with other settings: ${changed.join(', ')}`;
    return { begin: true, pipeline, reason, evidence: { changed, settings: now } };
  },
};

export const triggers: readonly Trigger[] = [periods, withdrawal, refusal, settings];

/** What of a project decides what is learnt, under the names that a run has them. */
export function learntSettings(project: Project): JsonObject {
  const { horizonSteps, seasons, levels, models, gbdt = {} } = project;
  return JSON.parse(JSON.stringify({ horizon: horizonSteps, seasons, levels, models, gbdt })) as JsonObject;
}

function isSame(a: JsonObject[string] | undefined, b: JsonObject[string] | undefined): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

/** What begins now: one decision for each pipeline, with the reasons of all triggers that want it. */
export function decideAll(
  situation: Situation,
  looking: readonly Trigger[],
): { readonly trigger: string; readonly decision: Extract<Decision, { begin: true }> }[] {
  const begun = new Map<string, { trigger: string; decision: Extract<Decision, { begin: true }> }>();
  for (const trigger of looking) {
    const decision = trigger.decide(situation);
    if (!decision.begin) continue;
    const known = begun.get(decision.pipeline);
    if (known === undefined) begun.set(decision.pipeline, { trigger: trigger.name, decision });
    else
      known.decision = {
        ...known.decision,
        reason: `${known.decision.reason}; ${decision.reason}`,
        evidence: { ...decision.evidence, ...known.decision.evidence },
      };
  }
  return [...begun.values()];
}
