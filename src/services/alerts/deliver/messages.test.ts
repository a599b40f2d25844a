import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../../core/index.ts';
import { alertmanagerAlerts } from './alertmanager.ts';
import { chatMessage, cloudEvent, pagerDutyEvent, type Sent } from './messages.ts';
import { itemOf } from './plan.ts';

const at = Date.UTC(2026, 0, 21, 12);
const alert: Alert = {
  id: 'alr_1',
  project: 'shop',
  fingerprint: 'f00',
  rule: 'wrong',
  subject: '<script>&*',
  severity: 'critical',
  owner: 'planning',
  runbook: 'https://wiki.example/a|b>c',
  page: 'forecasts',
  summary: `wape is 0.4\n> @channel <!here> *bold*`,
  evidence: {
    metric: 'wape',
    value: 0.4,
    threshold: 0.3,
    n: 120,
    labelCoverage: 0.9,
    window: { from: '2026-01-01', to: '2026-01-14' },
  },
  firstAt: at,
  lastAt: at,
  clearedAt: null,
  resolvedAt: null,
  resolvedBy: null,
  acknowledged: null,
  silence: null,
  told: 'fired',
  toldAt: at,
  episodes: 1,
  returns: [],
};
const sent: Sent = {
  id: 'ald_1',
  project: 'shop',
  createdAt: at,
  items: [itemOf(alert, 'fired', at), itemOf({ ...alert, resolvedAt: at + 5 }, 'resolved', at + 5)],
};
const url = 'https://almanac.example';

test('a webhook is sent an event of CloudEvents, the same bytes each time', () => {
  const event = JSON.parse(cloudEvent(sent, { url }));
  const { data, ...attributes } = event;
  assert.deepEqual(attributes, {
    specversion: '1.0',
    id: 'ald_1',
    source: 'https://almanac.example/projects/shop',
    type: 'dev.almanac.alerts',
    subject: 'shop',
    time: '2026-01-21T12:00:00.000Z',
    datacontenttype: 'application/json',
  });
  assert.deepEqual(
    data.alerts.map((one: { notice: string; state: string; page: string }) => [
      one.notice,
      one.state,
      one.page,
    ]),
    [
      ['fired', 'firing', `${url}/projects/shop/forecasts`],
      ['resolved', 'resolved', `${url}/projects/shop/forecasts`],
    ],
  );
  assert.deepEqual(data.alerts[0].evidence, alert.evidence);
  assert.equal(cloudEvent(sent, { url }), cloudEvent(structuredClone(sent), { url }));
  assert.ok(cloudEvent({ ...sent, items: Array(20).fill(sent.items[0]) }, { url }).length < 20_000);
});

test('a chat shows what data say as text, and mentions nobody for them', () => {
  const { text } = JSON.parse(chatMessage(sent, { url }));
  assert.ok(!text.includes('<!here>') && !text.includes('<script>'), text);
  assert.match(text, /^\*critical wrong in shop \(&lt;script&gt;&amp; \)\*\n/);
  assert.match(text, /n 120, 2026-01-01 to 2026-01-14, 90 % of the labels due/);
  assert.match(
    text,
    /<https:\/\/almanac.example\/projects\/shop\/forecasts\|page> · <https:\/\/wiki.example\/a%7Cb%3Ec\|runbook>/,
  );
  assert.match(text, /Resolved: critical/);
  assert.ok(!JSON.parse(chatMessage(sent, { url: null })).text.includes('|page'));
});

test('PagerDuty is sent one event of one alert: the last that is known of it', () => {
  const event = JSON.parse(pagerDutyEvent(sent, { url: null, routingKey: 'k' }));
  assert.deepEqual([event.event_action, event.dedup_key, event.routing_key], ['resolve', 'shop/f00', 'k']);
  const first = { ...sent, items: sent.items.slice(0, 1) };
  const fired = JSON.parse(pagerDutyEvent(first, { url, routingKey: 'k' }));
  assert.deepEqual([fired.event_action, fired.dedup_key], ['trigger', 'shop/f00']);
  assert.deepEqual(
    [fired.payload.severity, fired.payload.source, fired.payload.custom_details.n],
    ['critical', 'shop', 120],
  );
});

test('Alertmanager is told who an alert is by labels, numbers beside them, and when it ends', () => {
  const [open, over] = JSON.parse(
    alertmanagerAlerts([alert, { ...alert, subject: '', owner: null, resolvedAt: at + 5 }], {
      url,
      now: at + 9,
    }),
  );
  assert.deepEqual(open.labels, {
    alertname: 'wrong',
    project: 'shop',
    severity: 'critical',
    subject: '<script>&*',
    owner: 'planning',
  });
  assert.equal(open.annotations.value, '0.4');
  assert.equal(open.annotations.runbook_url, alert.runbook);
  assert.equal(Date.parse(open.endsAt) - at, 300_009);
  assert.deepEqual([over.labels.subject, over.endsAt], [undefined, '2026-01-21T12:00:00.005Z']);
});
