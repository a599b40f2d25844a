import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlertRoute, quietMs, retryMs, wantsNotice } from './alert-route.ts';

const minute = 60_000;
const route: AlertRoute = {
  name: 'chat',
  kind: 'slack',
  url: null,
  passwordVariable: 'CHAT',
  user: null,
  mailing: null,
  severity: 'warning',
  projects: null,
  rules: null,
  owners: null,
  escalations: false,
  quietHours: null,
  privateAddresses: false,
};
const alert = { project: 'shop', rule: 'wrong', owner: null, severity: 'warning' } as const;

test('quiet hours last until they end, also over midnight', () => {
  const night = { from: 22 * 60, to: 7 * 60 };
  assert.equal(quietMs(night, 21 * 60 + 59), 0);
  assert.equal(quietMs(night, 22 * 60), 9 * 60 * minute);
  assert.equal(quietMs(night, 6 * 60 + 59), minute);
  assert.equal(quietMs(night, 7 * 60), 0);
  const noon = { from: 12 * 60, to: 13 * 60 };
  assert.deepEqual([quietMs(noon, 720), quietMs(noon, 779), quietMs(noon, 780)], [60 * minute, minute, 0]);
});

test('a route sends what is urgent enough, of its projects, rules and owners; an end goes where the beginning went', () => {
  const fired = { kind: 'fired', wasEscalated: false } as const;
  assert.equal(wantsNotice(route, alert, fired), true);
  assert.equal(wantsNotice({ ...route, severity: 'critical' }, alert, fired), false);
  assert.equal(wantsNotice({ ...route, projects: ['depot'] }, alert, fired), false);
  assert.equal(wantsNotice({ ...route, rules: ['wrong'] }, alert, fired), true);
  const planners = { ...route, owners: ['planning'] };
  assert.equal(wantsNotice(planners, alert, fired), false);
  assert.equal(wantsNotice(planners, { ...alert, owner: 'planning' }, fired), true);
  assert.equal(wantsNotice(planners, { ...alert, owner: 'buying' }, fired), false);
  const pager = { ...route, escalations: true };
  assert.equal(wantsNotice(pager, alert, fired), false);
  assert.equal(wantsNotice(pager, alert, { kind: 'escalated', wasEscalated: true }), true);
  assert.equal(wantsNotice(route, alert, { kind: 'escalated', wasEscalated: true }), false);
  assert.equal(wantsNotice(pager, alert, { kind: 'resolved', wasEscalated: false }), false);
  assert.equal(wantsNotice(pager, alert, { kind: 'resolved', wasEscalated: true }), true);
});

test('pauses grow up to an hour, and differ', () => {
  assert.deepEqual(
    [0, 1, 2, 50].map((tries) => retryMs(tries, 0.5)),
    [1000, 2000, 4000, 3_600_000],
  );
  assert.ok(retryMs(3, 0) < retryMs(3, 0.99));
  assert.ok(Number.isInteger(retryMs(0, 0.123456789)), 'stores keep whole ms');
});
