import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import type { AlertCondition } from '../../core/index.ts';
import type * as api from './contract.ts';

const hostile = `<img src=x onerror=alert(1)>\u202E\u001B[31m`;
let world: HttpWorld;

beforeEach(async () => {
  world = await HttpWorld.open();
});
afterEach(() => world.close());

async function call<T>(
  method: 'GET' | 'POST',
  url: string,
  of: { payload?: object; status?: number } = {},
): Promise<T> {
  const { payload, status = 200 } = of;
  const response = await world.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  assert.equal(response.statusCode, status, response.body);
  return response.json() as T;
}

/** As a rule finds it. */
async function finds(holds: boolean, subject = hostile): Promise<void> {
  const { alerts, project } = world;
  const condition: AlertCondition = {
    rule: 'stale',
    subject,
    holds,
    severity: 'critical',
    owner: 'planning',
    runbook: 'https://wiki.example/stale',
    page: 'data',
    summary: `no data ${subject}`,
    evidence: { metric: 'periodsBehind', value: 3, threshold: 1, n: 12, labelCoverage: null, window: null },
  };
  const rules = [{ name: 'stale', metric: 'periodsBehind' as const, above: 1 }];
  const facts = { project: { ...project, alerts: { rules } } };
  const find = async () => [condition];
  await alerts.take({ name: 'stale', looksAt: 'state', find }, facts as never);
}

test('an alert is listed with what it rests on, acknowledged, silenced until some time, and resolved', async () => {
  await finds(true);
  const { items } = await call<api.AlertList>('GET', '/v1/alerts?project=shop');
  const [one] = items as [api.Alert];
  assert.deepEqual(
    [one.state, one.severity, one.subject, one.page, one.runbook, one.evidence.n],
    ['firing', 'critical', hostile, '/projects/shop/data', 'https://wiki.example/stale', 12],
  );
  const at = `/v1/alerts/${one.id}`;
  const seen = await call<api.Alert>('POST', `${at}/acknowledge`, { payload: { reason: hostile } });
  assert.deepEqual(
    [seen.state, seen.acknowledged?.reason, seen.acknowledged?.by],
    ['acknowledged', hostile, 'http 127.0.0.1'],
  );
  const quiet = await call<api.Alert>('POST', `${at}/silence`, { payload: { minutes: 60 } });
  assert.equal(quiet.state, 'silenced');
  assert.equal(Date.parse(quiet.silence?.until ?? '') - world.clock.now(), 3_600_000);
  assert.equal((await call<api.AlertList>('GET', '/v1/alerts?state=silenced')).items.length, 1);
  const loud = await call<api.Alert>('POST', `${at}/unsilence`, { payload: {} });
  assert.equal(loud.state, 'acknowledged');
  const metrics = (await world.app.inject('/metrics')).body;
  assert.match(metrics, /almanac_alerts\{project="shop",severity="critical",state="acknowledged"\} 1/);
  const over = await call<api.Alert>('POST', `${at}/resolve`, { payload: { reason: 'mended' } });
  assert.deepEqual([over.state, over.resolvedBy?.reason], ['resolved', 'mended']);
  assert.deepEqual((await call<api.AlertList>('GET', '/v1/alerts')).items, []);
  assert.equal((await call<api.AlertList>('GET', '/v1/alerts?state=all')).items.length, 1);
  const events = await world.store.readEvents({ afterSeq: 0, limit: 100 });
  assert.deepEqual(
    events.map(({ type }) => type).filter((type) => type.startsWith('alert.')),
    ['alert.fired', 'alert.acknowledged', 'alert.silenced', 'alert.unsilenced', 'alert.resolved'],
  );
});

test('what cannot be said of an alert is refused', async () => {
  await finds(true);
  const { items } = await call<api.AlertList>('GET', '/v1/alerts');
  const at = `/v1/alerts/${items[0]?.id}`;
  const silences = [
    {},
    { minutes: 5, until: '2027-01-01T00:00:00Z' },
    { until: '2020-01-01T00:00:00Z' },
    { until: 'tomorrow' },
    { until: '9999-01-01T00:00:00Z' },
    { minutes: 0 },
  ];
  for (const payload of silences) await call('POST', `${at}/silence`, { payload, status: 400 });
  await call('POST', `${at}/acknowledge`, { payload: { reason: 'x'.repeat(501) }, status: 400 });
  await call('GET', '/v1/alerts/alr_none', { status: 404 });
  await call('POST', '/v1/alerts/alr_none/resolve', { payload: {}, status: 404 });
  await call('GET', '/v1/alerts?state=loud', { status: 400 });
  assert.equal((await call<api.Alert>('GET', at)).state, 'firing');
});

test('what Alertmanager sends is an event of the project; what is no notification of it is refused', async () => {
  const at = '/v1/projects/shop/alertmanager';
  const one = (status: string, alertname: string) => ({
    status,
    labels: { alertname, job: hostile },
    annotations: { summary: 'x' },
    startsAt: '2026-01-21T12:00:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint: 'f00',
  });
  const payload = {
    version: '4',
    groupKey: `{}:{alertname="${hostile}"}`,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'almanac',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://am:9093',
    alerts: [one('firing', 'A'), one('firing', hostile), one('resolved', 'A')],
  };
  const { seq } = await call<{ seq: number }>('POST', at, { payload });
  const [event] = await world.store.readEvents({ afterSeq: seq - 1, limit: 1 });
  assert.ok(event?.type === 'alertmanager.received');
  const { firing, resolved, names, status, by } = event.data;
  assert.deepEqual([firing, resolved, names, status, by], [2, 1, ['A', hostile], 'firing', 'http 127.0.0.1']);
  for (const wrong of [
    {},
    { ...payload, version: '3' },
    { ...payload, groupKey: '' },
    { ...payload, status: 'loud' },
    { ...payload, alerts: [{ status: 'firing', labels: { a: 1 } }] },
    { ...payload, alerts: 'none' },
  ])
    await call('POST', at, { payload: wrong, status: 400 });
  await call('POST', '/v1/projects/none/alertmanager', { payload, status: 404 });
});
