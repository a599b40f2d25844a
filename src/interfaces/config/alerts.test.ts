import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Config, resolveConfig } from './config.ts';
import type { UserConfig } from './schema.ts';

test('takes rules of alerts, and refuses those that say nothing or two things', () => {
  const load = (alerts: object): unknown =>
    resolveConfig({ projects: { shop: { alerts } } } as UserConfig, { cwd: '/' }).projects[0]?.alerts;
  const wape = { name: 'wrong', metric: 'wape', above: 0.3, forPeriods: 3 };
  const said = { rules: [wape], off: ['labels-late'], owner: 'planning' };
  assert.deepEqual(load(said), said);
  for (const [wrong, message] of [
    [{ off: ['late-labels'] }, /alerts\.off names "late-labels"; expected one of feed-silent/],
    [{ rules: [{ name: 'x', metric: 'wape' }] }, /alerts\.rules\.0 has no bound/],
    [{ rules: [{ ...wape, below: 1 }] }, /alerts\.rules\.0 has two bounds/],
    [{ rules: [wape, wape] }, /alerts\.rules\.1\.name is "wrong" again/],
    [{ rules: [{ ...wape, name: 'feed-silent' }] }, /name is "feed-silent" again/],
    [{ rules: [{ ...wape, level: 0.8 }] }, /level says nothing of wape/],
    [{ rules: [{ ...wape, metric: 'quarantineShare', windowPeriods: 9 }] }, /of the newest batches/],
    [{ rules: [{ ...wape, metric: 'latency' }] }, /alerts\.rules\.0\.metric is "latency"; expected/],
    [{ runbook: 'javascript:alert(1)' }, /alerts\.runbook is/],
  ] as const)
    assert.throws(() => load(wrong), message);
});

test('takes routes of alerts, complete, and refuses those that lack or mix something', () => {
  const load = (alertRoutes: object): Config['alertRoutes'][number] | undefined =>
    resolveConfig({ alertRoutes } as UserConfig, { cwd: '/' }).alertRoutes[0];
  const chat = { kind: 'slack', passwordVariable: 'CHAT' };
  const quietHours = { from: '22:00', to: '07:30' };
  const found = load({ chat: { ...chat, quietHours } });
  assert.deepEqual(found?.quietHours, { from: 1320, to: 450, timezone: 'UTC' });
  assert.deepEqual([found?.severity, found?.privateAddresses, found?.url], ['warning', false, null]);
  const mail = {
    kind: 'email',
    url: 'smtp://mail.example:587',
    from: 'almanac@shop.example',
    to: 'p@shop.example',
  };
  assert.deepEqual(load({ mail })?.mailing, { from: mail.from, to: mail.to, isPlain: false });
  for (const [wrong, message] of [
    [{ Chat: chat }, /alertRoutes\.Chat is not a name for a route/],
    [{ chat: { ...chat, kind: 'fax' } }, /chat\.kind is "fax"; expected/],
    [{ chat: { kind: 'slack' } }, /chat\.passwordVariable is not given; expected with kind slack/],
    [{ chat: { ...chat, url: 'https://x.example' } }, /chat\.url is given; expected only with kind webhook/],
    [{ am: { kind: 'alertmanager', url: 'http://me:pw@x' } }, /am\.url holds a user/],
    [{ am: { kind: 'alertmanager', url: 'file:///etc/passwd' } }, /am\.url is/],
    [{ mail: { ...mail, to: undefined } }, /mail\.to is not given; expected with kind email/],
    [{ mail: { ...mail, to: 'a@x.example\r\nBcc: b@x.example' } }, /mail\.to is/],
    [{ mail: { ...mail, to: 'a@x.example,b@x.example' } }, /mail\.to is/],
    [{ mail: { ...mail, user: 'a\nb' } }, /mail\.user is/],
    [{ mail: { ...mail, url: 'https://mail.example' } }, /mail\.url is no address for kind email/],
    [{ mail: { ...mail, url: 'smtp://mail.example/path' } }, /mail\.url is no address for kind email/],
    [{ am: { kind: 'alertmanager', url: 'smtp://x' } }, /am\.url is no address for kind alertmanager/],
    [{ mail: { ...mail, user: 'me' } }, /\.user and \.passwordVariable go together/],
    [{ mail: { ...mail, user: 'me', passwordVariable: 'P', encryption: 'none' } }, /over no open line/],
    [{ mail: { ...mail, url: 'smtps://mail.example', encryption: 'none' } }, /the address is smtps/],
    [{ chat: { ...chat, from: 'a@x.example' } }, /chat\.from is given; expected only with kind email/],
    [{ chat: { ...chat, quietHours: { from: '7', to: '08:00' } } }, /quietHours\.from is "7"/],
    [{ chat: { ...chat, quietHours: { from: '08:00', to: '08:00' } } }, /begin when they end/],
    [{ chat: { ...chat, quietHours: { ...quietHours, timezone: 'Moon' } } }, /timezone is "Moon"/],
  ] as const)
    assert.throws(() => load(wrong), message);
});
