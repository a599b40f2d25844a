import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import type { RetrainOn } from '../../core/index.ts';
import type { JsonObject, WithdrawalRecord } from '../../storage/ports/index.ts';
import type { Decision, Situation } from './trigger.ts';
import { decideAll, learntSettings, periods, refusal, settings, triggers, withdrawal } from './triggers.ts';

function projectWith(...retrainOn: RetrainOn[]) {
  return { ...projectLike({ retrainEveryPeriods: 7 }), retrainOn };
}

const third = { versionId: 'ver_3', number: 3, batchSeqMax: 20, periodMax: 93 };
const learnt = learntSettings(projectWith());
const quiet: Situation = {
  project: projectWith(),
  history: { periodMin: 1, periodMax: 95 },
  trainingPeriodsMin: 7,
  champion: third,
  newest: { ...third, refusal: null, settings: learnt },
  withdrawals: [],
  tries: () => [],
};

function trying(tries: JsonObject[]): Pick<Situation, 'tries'> {
  return { tries: (pipeline) => (pipeline === 'train' ? tries : []) };
}

function begun(decision: Decision): Extract<Decision, { begin: true }> {
  assert.ok(decision.begin, 'reason' in decision ? decision.reason : '');
  return decision;
}

const withdrawn = (of: Partial<WithdrawalRecord>): WithdrawalRecord => ({
  id: 'wdr_1',
  project: 'shop',
  batchSeq: 12,
  seriesId: null,
  periodMin: null,
  periodMax: null,
  at: 0,
  reason: 'wrong unit',
  rows: 120,
  correctionSeq: 21,
  restoredSeq: null,
  restoredAt: null,
  ...of,
});

test('a project without settings of them wants none but new periods', () => {
  const { retrainOn: _, ...plain } = projectWith();
  assert.deepEqual(
    triggers.filter(({ isWanted }) => isWanted(plain)),
    [periods],
  );
  assert.deepEqual(
    triggers.filter(({ isWanted }) => isWanted({ ...plain, retrainEveryPeriods: 0 })),
    [],
  );
  const all = projectWith({ event: 'withdrawal' }, { event: 'refusal' }, { event: 'settings' });
  assert.deepEqual(
    triggers.filter(({ isWanted }) => isWanted(all)),
    triggers,
  );
});

test('withdrawal: rows that were learnt from and taken back begin one training, and say which', () => {
  const project = projectWith({ event: 'withdrawal' });
  const now = { ...quiet, project, withdrawals: [withdrawn({})] };
  const { pipeline, reason, evidence } = begun(withdrawal.decide(now));
  assert.deepEqual([pipeline, evidence], ['train', { rows: 120, correctionSeq: 21 }]);
  assert.equal(reason, '120 rows that version 3 may have learnt from are withdrawn: wrong unit');
  // The try failed, or its version was refused: the same withdrawal begins no other one.
  assert.equal(withdrawal.decide({ ...now, ...trying([{ latestPeriod: 95, evidence }]) }).begin, false);
  const fourth = {
    ...third,
    versionId: 'ver_4',
    number: 4,
    batchSeqMax: 21,
    refusal: 'worse',
    settings: null,
  };
  assert.equal(withdrawal.decide({ ...now, newest: fourth }).begin, false);
  assert.equal(withdrawal.decide({ ...now, champion: null }).begin, false);
});

test('withdrawal: not for too few rows, rows never learnt from, or what stands again before anybody trained', () => {
  const decide = (setting: Partial<RetrainOn>, ...withdrawals: WithdrawalRecord[]): boolean =>
    withdrawal.decide({ ...quiet, project: projectWith({ event: 'withdrawal', ...setting }), withdrawals })
      .begin;
  assert.equal(decide({ rowsMin: 121 }, withdrawn({})), false);
  assert.equal(decide({ rowsMin: 121 }, withdrawn({}), withdrawn({ id: 'wdr_2', rows: 1 })), true);
  assert.equal(decide({}, withdrawn({ batchSeq: 21, correctionSeq: 22 })), false);
  assert.equal(decide({}, withdrawn({ restoredSeq: 22 })), false);
  assert.equal(decide({}, withdrawn({ correctionSeq: 15, restoredSeq: 22 })), true, 'it counts again');
  assert.equal(decide({}, withdrawn({ correctionSeq: 15, restoredSeq: 16 })), false);
  assert.equal(decide({}, withdrawn({ correctionSeq: 15 })), false, 'the champion learnt without them');
});

test('refusal: tried again when there are new periods, as often as there are, by what the project asks for', () => {
  const newest = {
    ...third,
    versionId: 'ver_4',
    number: 4,
    refusal: 'it loses to version 3',
    settings: null,
  };
  const project = projectWith({ event: 'refusal', afterPeriods: 2, pipeline: 'search' });
  const now = { ...quiet, project, newest };
  const { pipeline, reason, evidence } = begun(refusal.decide(now));
  assert.equal(pipeline, 'search');
  assert.equal(reason, 'version 4 was refused (it loses to version 3), and 2 more periods are closed');
  assert.deepEqual(evidence, { versionId: 'ver_4', periodsSince: 2 });
  const history = { periodMin: 1, periodMax: 94 };
  assert.match(JSON.stringify(refusal.decide({ ...now, history })), /1 of 2 periods/);
  const tries = (pipeline: string): JsonObject[] => (pipeline === 'search' ? [{ latestPeriod: 94 }] : []);
  assert.equal(refusal.decide({ ...now, tries }).begin, false);
  assert.equal(refusal.decide({ ...now, history: null }).begin, false);
  assert.equal(refusal.decide({ ...quiet, project }).begin, false);
  // What serves refused the champion itself, as after a promotion by another process.
  assert.equal(refusal.decide({ ...now, champion: newest }).begin, true);
});

test('settings: another horizon begins a training once; what is not learnt by does not', () => {
  const project = { ...projectWith({ event: 'settings' }), horizonSteps: 40 };
  const now = { ...quiet, project };
  const { reason, evidence } = begun(settings.decide(now));
  assert.equal(reason, 'version 3 was trained with other settings: horizon');
  assert.equal(settings.decide({ ...now, ...trying([{ evidence }]) }).begin, false);
  // Back to what was tried two changes ago: the newest version has others again.
  const other = { ...evidence, settings: { ...(evidence.settings as JsonObject), horizon: 30 } };
  assert.equal(settings.decide({ ...now, ...trying([{ evidence: other }, { evidence }]) }).begin, true);
  const later = { ...now, project: { ...project, horizonSteps: 41 } };
  assert.equal(settings.decide({ ...later, ...trying([{ evidence }]) }).begin, true);
  assert.equal(settings.decide({ ...quiet, project: { ...projectWith(), conflicts: 'last' } }).begin, false);
  assert.equal(settings.decide({ ...now, newest: null }).begin, false);
  assert.equal(settings.decide({ ...now, newest: { ...third, refusal: null, settings: null } }).begin, false);
});

test('several that begin at once are one job, with the reasons of all; another pipeline is a job of its own', () => {
  const project = projectWith({ event: 'withdrawal' }, { event: 'refusal', pipeline: 'search' });
  const situation: Situation = {
    ...quiet,
    project,
    history: { periodMin: 1, periodMax: 100 },
    newest: { ...third, versionId: 'ver_4', number: 4, refusal: 'worse', settings: null },
    withdrawals: [withdrawn({})],
  };
  const made = decideAll(situation, triggers);
  assert.deepEqual(
    made.map(({ trigger, decision }) => [trigger, decision.pipeline]),
    [
      ['periods', 'train'],
      ['refusal', 'search'],
    ],
  );
  const first = made[0]?.decision;
  assert.match(first?.reason ?? '', /^7 periods since .*; 120 rows .* withdrawn: wrong unit$/);
  assert.equal(first?.evidence.correctionSeq, 21);
});
