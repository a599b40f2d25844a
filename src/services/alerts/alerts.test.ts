import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { alertPolicy, IdSource, ManualClock } from '../../core/index.ts';
import type { BatchRecord, ControlStore, JobRecord } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { Alerts } from './alerts.ts';
import { AlertWatch } from './watch.ts';

const dayMs = 86_400_000;
const project = projectLike({ name: 'shop', horizonSteps: 7 });
let clock: ManualClock;
let store: ControlStore;
let alerts: Alerts;
let told: string[];
let batches: BatchRecord[];
let failed: boolean;
let asked: number;

beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 0, 21, 12));
  store = openSqliteStore({ path: ':memory:', clock });
  await store.putProject(project, clock.now());
  told = [];
  failed = false;
  asked = 0;
  const today = Math.floor(clock.now() / dayMs);
  batches = Array.from(
    { length: 10 },
    (_, i) =>
      ({
        receivedAt: (today - i) * dayMs + 6 * 3_600_000,
        periodMax: today - i - 1,
        rowsAccepted: 10,
        rowsQuarantined: 0,
      }) as BatchRecord,
  );
  alerts = open();
});
afterEach(() => store.close());

let made = 0;
function open(): Alerts {
  const ids = new IdSource(
    () => clock.now(),
    (bytes) => void bytes.fill(++made % 256),
  );
  const plan: ConstructorParameters<typeof Alerts>[0]['plan'] = (alert, notice) => {
    told.push(`${alert.rule} ${notice}`);
    return [];
  };
  return new Alerts({ store, clock, ids, policy: alertPolicy, plan });
}

function watch(): AlertWatch {
  return new AlertWatch({
    alerts,
    projects: { find: () => project, list: () => [project] },
    store: {
      newestBatches: async () => batches,
      projectClock: async () => Math.floor(clock.now() / dayMs) - 1,
      listJobs: async () => (failed ? [{ state: 'failed', error: 'too little data' } as JobRecord] : []),
      predictionStats: (name) => store.predictionStats(name),
      forgetAlerts: (before) => store.forgetAlerts(before),
    },
    monitor: {
      accuracy: async () => {
        asked++;
        return { overall: { labelsDue: 0, labelsJoined: 0, labelCoverage: null } } as never;
      },
    },
    data: { contractStates: async () => [] },
    sources: { list: async () => [] },
    drift: { list: async () => [], one: async () => ({}) as never },
    clock,
    machineClock: clock,
  });
}

test('a feed that falls silent is told once, whoever looks, and once when it brings data again', async () => {
  const watching = watch();
  await watching.round();
  assert.deepEqual(told, []);
  clock.moveTo(clock.now() + 4 * dayMs);
  await watching.round();
  alerts = open();
  await watch().round();
  await watch().round();
  assert.deepEqual(told, ['feed-silent fired']);
  const [one] = await alerts.list({ limit: 9 });
  assert.deepEqual([one?.state, one?.episodes, one?.evidence.value], ['firing', 1, 4]);
  const today = Math.floor(clock.now() / dayMs);
  batches.unshift({ ...batches[0], receivedAt: clock.now(), periodMax: today - 1 } as BatchRecord);
  await watching.subscriber.apply({ project: 'shop', events: [] });
  assert.deepEqual(told, ['feed-silent fired', 'feed-silent resolved']);
});

test('labels are looked at when a period has closed, the rest whenever something happens', async () => {
  const watching = watch();
  await watching.round();
  const once = asked;
  assert.ok(once > 0);
  failed = true;
  await watching.subscriber.apply({ project: 'shop', events: [] });
  assert.deepEqual([asked, told], [once, ['training-failed fired']]);
  clock.moveTo(clock.now() + dayMs);
  await watching.round();
  assert.ok(asked > once);
});

test('a condition that goes on is not written at each look', async () => {
  failed = true;
  const watching = watch();
  await watching.round();
  const [first] = await alerts.list({ limit: 9 });
  clock.moveTo(clock.now() + 10_000);
  await watching.round();
  assert.equal((await alerts.list({ limit: 9 }))[0]?.lastAt, first?.lastAt);
  clock.moveTo(clock.now() + 10_000);
  await watching.round();
  assert.equal((await alerts.list({ limit: 9 }))[0]?.lastAt, clock.now());
});

test('a rule that fails keeps no other from being asked, and is said', async () => {
  failed = true;
  const watching = watch();
  batches = undefined as never;
  await assert.rejects(watching.round());
  assert.deepEqual(told, ['training-failed fired']);
});
