import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { builtInAlertRules, type Project, periodOf } from '../../core/index.ts';
import type { BatchRecord, JobRecord } from '../../storage/ports/index.ts';
import { TimeZone } from '../data/index.ts';
import type { AccuracyReport } from '../monitor/index.ts';
import { LabelFigures } from './label-figures.ts';
import type { Facts } from './rule.ts';
import { builtInRules, rulesOf } from './rules.ts';

const dayMs = 86_400_000;
/** A Wednesday at noon. */
const now = Date.UTC(2026, 0, 21, 12);
const today = Math.floor(now / dayMs);
const plain = projectLike({ name: 'shop', horizonSteps: 7 });

/** What came each morning: the day before. */
const daily = Array.from({ length: 12 }, (_, i) => batch(today - i, today - i - 1));

function batch(day: number, periodMax: number | null, more: Partial<BatchRecord> = {}): BatchRecord {
  const counts = { rowsAccepted: 10, rowsQuarantined: 0 };
  return { receivedAt: day * dayMs + 6 * 3_600_000, periodMax, ...counts, ...more } as BatchRecord;
}

interface Said {
  naive?: number;
  own?: number;
  due?: number;
  joined?: number;
  share?: number;
}

/** A report as if each window were the same, unless the window says otherwise. */
function report({ naive = 10, own = 5, due = 200, joined = 200, share = 0.8 }: Said): AccuracyReport {
  const metrics = {
    n: joined,
    wape: 0.2,
    mae: own,
    bias: 0,
    intervalCoverage: { '0.8': { n: joined, share } },
  };
  return {
    overall: { labelsDue: due, labelsJoined: joined, labelCoverage: due > 0 ? joined / due : null, metrics },
    baseline: { n: joined, metrics: { mae: naive }, predictions: { mae: own } },
  } as unknown as AccuracyReport;
}

function facts(
  of: {
    project?: Project;
    batches?: readonly BatchRecord[];
    trainings?: readonly Partial<JobRecord>[];
    at?: number;
    accuracy?: (from: number, to: number) => Said;
    drift?: object & { columns: object[] };
  } = {},
): Facts {
  const { project = plain, batches = daily, trainings = [], at = now, accuracy = () => ({}) } = of;
  const { drift = { id: 'job_1', columns: [], faults: [] } } = of;
  return {
    project,
    now: at,
    zone: new TimeZone('UTC'),
    projectClock: today - 1,
    figures: new LabelFigures({
      project,
      store: { predictionStats: async () => ({ count: 10, cutoffMin: 0, cutoffMax: 9 }) as never },
      monitor: {
        accuracy: async (_project, { fromPeriod = 0, toPeriod = 0 } = {}) =>
          report(accuracy(fromPeriod, toPeriod)),
      },
    }),
    batches: async () => batches,
    trainings: async () => trainings as JobRecord[],
    contract: async () => undefined,
    sources: async () => [],
    drift: {
      newest: async () => ({ cells: drift.columns, ...drift }) as never,
      report: async () => drift as never,
    },
  };
}

async function found(name: string, of: Parameters<typeof facts>[0] = {}) {
  const given = facts(of);
  const rule = rulesOf(given.project).find((one) => one.name === name);
  assert.ok(rule !== undefined, name);
  return await rule.find(given);
}

test('each rule that the settings know is there, in their order', () => {
  assert.deepEqual(
    builtInRules.map(({ name }) => name),
    builtInAlertRules,
  );
});

test('where all is well no rule finds anything, and where nothing is known none says that it is well', async () => {
  for (const { name } of builtInRules) assert.deepEqual(await found(name), [], name);
  const unknown = { batches: [], accuracy: () => ({ due: 0, joined: 0 }) };
  for (const name of [
    'feed-silent',
    'labels-late',
    'quarantine-share',
    'intervals-too-narrow',
    'worse-than-naive',
  ])
    assert.equal(await found(name, unknown), null, name);
});

test('a feed is silent when it is later than it usually is, not while a day is coming in', async () => {
  for (const hours of [0, 11, 18, 35])
    assert.deepEqual(await found('feed-silent', { at: now + hours * 3_600_000 }), [], String(hours));
  const [late] = (await found('feed-silent', { at: now + 2.6 * dayMs })) ?? [];
  assert.equal(late?.evidence.value, 3);
  assert.equal(late?.evidence.n, 12);
  assert.deepEqual(late?.evidence.window, { from: '2026-01-21', to: '2026-01-23' });
  // A feed that brings a week at a time is not silent on its sixth day.
  const weekly = Array.from({ length: 8 }, (_, i) => batch(today - 7 * i - 6, today - 7 * i - 7));
  assert.deepEqual(await found('feed-silent', { batches: weekly }), []);
  const [missed] = (await found('feed-silent', { batches: weekly, at: now + 3 * dayMs })) ?? [];
  assert.equal(missed?.evidence.threshold, 8);
  const steps = projectLike({ grid: { frequency: 'step', weekStart: 1 } });
  assert.equal(await found('feed-silent', { project: steps, at: now + 99 * dayMs }), null);
});

test('labels are late by what is usual; when all is silent that is told instead', async () => {
  const accuracy = (_from: number, to: number): Said => ({ joined: to <= today - 3 ? 150 : 0, due: 200 });
  const [late] = (await found('labels-late', { accuracy })) ?? [];
  assert.deepEqual(
    [late?.evidence.value, late?.evidence.n, late?.evidence.window?.to],
    [0.75, 150, '2026-01-18'],
  );
  assert.equal(await found('labels-late', { accuracy, at: now + 9 * dayMs }), null);
});

test('refused rows count until somebody brings them again', async () => {
  const spoilt = [batch(today, today - 1, { rowsAccepted: 90, rowsQuarantined: 10 }), ...daily.slice(1)];
  const [one] = (await found('quarantine-share', { batches: spoilt })) ?? [];
  assert.equal(one?.evidence.n, 190);
  assert.ok(Math.abs((one?.evidence.value ?? 0) - 10 / 190) < 1e-12);
  const mended = [{ ...spoilt[0], rowsRepaired: 8 } as BatchRecord, ...daily.slice(1)];
  assert.deepEqual(await found('quarantine-share', { batches: mended }), []);
});

test('drift alerts when a second check finds it, faults at once; where a check cannot tell, an alert stays', async () => {
  const side = { pAdjusted: 0.001, nCurrent: 28 };
  const column = (name: string, verdict: string, confirmed: boolean) => ({
    column: name,
    group: null,
    verdict,
    confirmed,
    because: 'its level is 40 % higher',
    decidedBy: 'recent',
    recent: side,
    season: null,
  });
  const fault = {
    kind: 'unit',
    column: 'price',
    group: 'north',
    because: 'x 100',
    since: '2026-01-18',
    periods: 3,
  };
  const columns = [
    column('a', 'drift', true),
    column('b', 'drift', false),
    column('c', 'unknown', false),
    column('d', 'expected', false),
  ];
  const drift = {
    id: 'job_1',
    falseAlarms: 0.04,
    from: '2026-01-01',
    to: '2026-01-20',
    columns,
    faults: [fault],
  };
  assert.deepEqual(
    (await found('drift', { drift }))?.map(({ subject, holds, severity }) => [subject, holds, severity]),
    [
      ['price of north: another unit', true, 'critical'],
      ['a', true, 'warning'],
      ['c', null, 'warning'],
    ],
  );
  const quiet = {
    ...drift,
    columns: [column('a', 'none', true), column('d', 'expected', false)],
    faults: [],
  };
  assert.deepEqual(await found('drift', { drift: quiet }), []);
});

test('a training that failed alerts until one is done; one that runs or was cancelled says nothing', async () => {
  const trainings = [
    { state: 'running' },
    { state: 'failed', error: 'too little data' },
    { state: 'done' },
  ] as const;
  const [failed] = (await found('training-failed', { trainings })) ?? [];
  assert.match(failed?.summary ?? '', /too little data/);
  assert.deepEqual(await found('training-failed', { trainings: [{ state: 'done' }, ...trainings] }), []);
});

test('forecasts are worse than the last season only when they are in both halves of the window', async () => {
  const worse = { naive: 10, own: 12 };
  const [one] = (await found('worse-than-naive', { accuracy: () => worse })) ?? [];
  assert.equal(one?.severity, 'critical');
  assert.ok(Math.abs((one?.evidence.value ?? 0) + 0.2) < 1e-12);
  // One bad day that makes up for all the others.
  const once = (from: number, to: number): Said =>
    to - from < 10 && to < today - 5 ? { naive: 10, own: 9 } : worse;
  assert.deepEqual(await found('worse-than-naive', { accuracy: once }), []);
  const few = { ...worse, joined: 100, due: 200 };
  assert.equal(
    await found('worse-than-naive', { accuracy: () => few }),
    null,
    'half of the labels say nothing',
  );
});

test('an interval that holds less often than it says must do so twice, by more than chance', async () => {
  const of = (share: number) => found('intervals-too-narrow', { accuracy: () => ({ share }) });
  assert.deepEqual(await of(0.6), []);
  assert.deepEqual(
    (await of(0.5))?.map(({ subject }) => subject),
    ['80 % interval'],
  );
  const once = (_from: number, to: number): Said => ({ share: to === today - 1 ? 0.4 : 0.8 });
  assert.deepEqual(await found('intervals-too-narrow', { accuracy: once }), []);
});

test('a rule of the settings holds of so many windows in a row; rules that are off are not asked', async () => {
  const project = projectLike({
    horizonSteps: 7,
    alerts: {
      off: ['feed-silent'],
      owner: 'planning',
      rules: [
        { name: 'wrong', metric: 'wape', above: 0.15, forPeriods: 3, severity: 'critical' },
        { name: 'narrow', metric: 'intervalCoverage', level: 0.8, below: 0.7 },
        { name: 'stale', metric: 'periodsBehind', above: 1, owner: 'shop' },
      ],
    },
  });
  assert.ok(!rulesOf(project).some(({ name }) => name === 'feed-silent'));
  const [wrong] = (await found('wrong', { project })) ?? [];
  assert.match(wrong?.summary ?? '', /wape is 0\.2, above 0\.15, 3 periods in a row/);
  assert.deepEqual(
    [wrong?.severity, wrong?.owner, wrong?.evidence.labelCoverage],
    ['critical', 'planning', 1],
  );
  assert.deepEqual(wrong?.evidence.window, { from: '2026-01-14', to: '2026-01-20' });
  const early = (_from: number, to: number): Said => (to === today - 3 ? { joined: 5, due: 5 } : {});
  assert.equal(await found('wrong', { project, accuracy: early }), null);
  assert.deepEqual(await found('narrow', { project }), []);
  assert.equal((await found('narrow', { project, accuracy: () => ({ share: 0.6 }) }))?.length, 1);
  const [stale] = (await found('stale', { project, at: now + 2 * dayMs })) ?? [];
  assert.deepEqual([stale?.owner, stale?.evidence.value], ['shop', 2]);
});

test('where a window holds more predictions than a look may cost, it is shorter', async () => {
  const store = { predictionStats: async () => ({ count: 2_000_000, cutoffMin: 0, cutoffMax: 99 }) as never };
  const figures = new LabelFigures({ project: plain, store, monitor: { accuracy: async () => report({}) } });
  const { from, to } = await figures.window(100, 28);
  assert.equal(to - from + 1, 300_000 / 20_000 - 7);
  assert.equal(periodOf(plain.grid, now), today);
});
