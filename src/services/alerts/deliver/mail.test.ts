// By a real mail server that speaks SMTP, and a store in a file that is opened anew as after a kill.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { MailReceiver, mailCertificate } from '../../../../test/fixtures/mail-receiver.ts';
import { projectLike } from '../../../../test/fixtures/project.ts';
import { type AlertRoute, ManualClock } from '../../../core/index.ts';
import type { ControlStore } from '../../../storage/ports/index.ts';
import { openSqliteStore } from '../../../storage/sqlite/index.ts';
import { ManualTimers } from '../../jobs/testing.ts';
import { deliver } from './deliver.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Sent } from './messages.ts';

const alerting = { escalateMinutes: 0, groupSeconds: 10, url: 'https://almanac.example' };
const password = 'two words';
const secrets: Readonly<Record<string, string>> = { MAIL: password };
const secretOf = (variable: string): string | undefined => secrets[variable];
const mailing = { from: 'almanac@shop.example', to: 'planner@shop.example', isPlain: false };
const notice = {
  notice: 'fired',
  id: 'alr_1',
  project: 'shop',
  fingerprint: 'f00d',
  rule: 'wrong',
  subject: 'price',
  severity: 'critical',
  owner: 'planning',
  summary: 'wape is 0.4',
  evidence: {
    metric: 'wape',
    value: 0.4,
    threshold: 0.3,
    n: 99,
    labelCoverage: 0.9,
    window: { from: '2026-01-01', to: '2026-01-14' },
  },
  page: '/projects/shop/forecasts',
  runbook: 'https://wiki.example/a?b=1&c=2',
  firstAt: '2026-01-21T12:00:00.000Z',
};
const trusted = getCACertificates('default');

let server: MailReceiver;

beforeEach(async () => {
  setDefaultCACertificates([...trusted, mailCertificate]);
  server = new MailReceiver();
});
afterEach(async () => {
  setDefaultCACertificates(trusted);
  await server.down();
});

function route(more: Partial<AlertRoute> = {}): AlertRoute {
  return {
    name: 'mail',
    kind: 'email',
    url: `smtp://localhost:${server.port}`,
    passwordVariable: null,
    user: null,
    mailing,
    severity: 'warning',
    projects: null,
    rules: null,
    owners: null,
    escalations: false,
    quietHours: null,
    privateAddresses: true,
    ...more,
  };
}

async function sends(given: { more?: Partial<AlertRoute>; items?: object[] } = {}): Promise<void> {
  const items = (given.items ?? [notice]) as Sent['items'];
  const sent = { id: 'ald_7', project: 'shop', createdAt: Date.UTC(2026, 0, 21, 12), items };
  const { signal } = new AbortController();
  await deliver(route(given.more), sent, { alerting, secretOf, now: 0, signal });
}

/** Headers by their names, unfolded; and the body. */
function parted(raw: string): { headers: Map<string, string[]>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const headers = new Map<string, string[]>();
  for (const line of raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value]);
  }
  return { headers, body: raw.slice(end + 4) };
}

test('a mail goes out encrypted, as text and as HTML, with the id of its delivery; sent again it is the same bytes', async () => {
  await server.up();
  await sends();
  await sends();
  const [first, second] = server.received;
  assert.deepEqual(
    [first?.from, first?.to, first?.isEncrypted, first?.user],
    [mailing.from, [mailing.to], true, undefined],
  );
  assert.equal(first?.raw, second?.raw);
  const { headers, body } = parted(first?.raw ?? '');
  assert.deepEqual(headers.get('message-id'), ['<ald_7@shop.example>']);
  assert.deepEqual(headers.get('references'), ['<shop.f00d@shop.example>']);
  assert.deepEqual(headers.get('subject'), ['[Almanac] critical wrong in shop (price)']);
  assert.deepEqual(headers.get('from'), ['Almanac <almanac@shop.example>']);
  assert.deepEqual(headers.get('date'), ['Wed, 21 Jan 2026 12:00:00 +0000']);
  assert.deepEqual(headers.get('auto-submitted'), ['auto-generated']);
  const plain = body.replaceAll('=\r\n', '').replaceAll('=3D', '=');
  assert.match(plain, /wape is 0\.4 \[n 99, 2026-01-01 to 2026-01-14, 90 % of the labels due\]/);
  assert.match(plain, /page: https:\/\/almanac\.example\/projects\/shop\/forecasts\r\n/);
  assert.match(plain, /<a href="https:\/\/wiki\.example\/a\?b=1&amp;c=2"/);
});

test('what data calls itself neither adds a header nor hides, turns around or runs anything', async () => {
  await server.up();
  const hostile = `price\r\nBcc: all@shop.example\r\n\r\n<script>alert(1)</script>\u202Eexe\u0000 é${'x'.repeat(200)}`;
  await sends({ items: [{ ...notice, subject: hostile, summary: hostile, owner: hostile }, notice] });
  const { headers, body } = parted(server.received[0]?.raw ?? '');
  assert.deepEqual(server.received[0]?.to, [mailing.to]);
  assert.equal(headers.has('bcc'), false);
  assert.equal(headers.get('subject')?.length, 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  assert.equal(/\r\nBcc|\u202E|\u0000|=E2=80=AE|=00/.test(server.received[0]?.raw ?? ''), false);
  const html = body.slice(body.indexOf('<!doctype')).replaceAll('=\r\n', '');
  assert.deepEqual([html.includes('<script'), html.includes('&lt;script&gt;')], [false, true]);
});

test('a login goes over an encrypted line alone, and its password into no message', async () => {
  server.login = { user: 'almanac', pass: password };
  await server.up();
  const login = { user: 'almanac', passwordVariable: 'MAIL' };
  await sends({ more: login });
  assert.deepEqual([server.received[0]?.user, server.received[0]?.isEncrypted], ['almanac', true]);
  await assert.rejects(sends({ more: { ...login, user: 'other' } }), (error: Error) => {
    assert.match(error.message, /localhost:\d+ has not taken the mail: .*535.*no such login: other •••/);
    assert.doesNotMatch(error.message, new RegExp(password));
    return true;
  });
  await assert.rejects(sends({ more: { ...login, passwordVariable: 'NOT_SET' } }), /NOT_SET is not set/);
  await server.down();
  server.offersTls = false;
  await server.up();
  await assert.rejects(sends({ more: login }), /has not taken the mail: .*STARTTLS/);
  assert.equal(server.received.length, 1);
});

test('encrypted from the start, and plainly where the route says so', async () => {
  server.isTls = true;
  await server.up();
  await sends({ more: { url: `smtps://localhost:${server.port}` } });
  await server.down();
  server.isTls = false;
  server.offersTls = false;
  await server.up();
  const plainly = { mailing: { ...mailing, isPlain: true } };
  await sends({ more: plainly });
  assert.deepEqual(
    server.received.map(({ isEncrypted }) => isEncrypted),
    [true, false],
  );
});

test('who cannot prove a name, refuses, is private or is not there gets nothing, and it is said', async () => {
  await server.up();
  server.refusal = { code: 554, text: 'looks like spam\u202E' };
  await assert.rejects(sends(), /has not taken the mail: .*554.*looks like spam\\u202e$/);
  server.refusal = null;
  const closed = { privateAddresses: false };
  await assert.rejects(sends({ more: closed }), /of this machine or of a private network/);
  const byNumber = { ...closed, url: `smtp://127.0.0.1:${server.port}` };
  await assert.rejects(sends({ more: byNumber }), /of this machine or of a private network/);
  setDefaultCACertificates(trusted);
  await assert.rejects(sends(), /has not taken the mail: .*self-signed certificate/);
  await server.down();
  await assert.rejects(sends(), /has not taken the mail: .*ECONNREFUSED/);
  assert.equal(server.received.length, 0);
});

test('a mail server that is killed with a mail in hand is sent it again, under the same id; then nothing comes twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-mail-'));
  const clock = new ManualClock(Date.UTC(2026, 0, 21, 12));
  const open = (): ControlStore => openSqliteStore({ path: join(folder, 'almanac.db'), clock });
  let store = open();
  const passes = async (ms: number): Promise<void> => {
    clock.moveTo(clock.now() + ms);
    const timers = new ManualTimers(0);
    const log = { error: () => {} };
    await new Dispatcher({
      routes: [route()],
      store,
      clock,
      timers,
      chance: () => 0.5,
      log,
      alerting,
      secretOf,
    }).round(route());
  };
  try {
    await store.putProject(projectLike({ name: 'shop' }), 1);
    await server.up();
    await waits(store, clock.now());
    const gate = Promise.withResolvers<void>();
    server.gate = gate.promise;
    server.onMail = () => void server.down();
    await passes(0);
    assert.equal(server.received.length, 1);
    await store.close();
    store = open();
    gate.resolve();
    server.onMail = () => {};
    await passes(60_000);
    assert.match((await store.deliveryTotals())[0]?.lastError ?? '', /ECONNREFUSED/);
    await server.up();
    for (let i = 0; i < 3; i++) await passes(60_000);
    const ids = server.received.map(({ raw }) => parted(raw).headers.get('message-id')?.[0]);
    assert.deepEqual(ids, ['<ald_1@shop.example>', '<ald_1@shop.example>']);
    const [totals] = await store.deliveryTotals();
    assert.deepEqual([totals?.sent, totals?.waiting], [1, 0]);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});

/** What is to be sent, as an alert brings it. */
async function waits(store: ControlStore, at: number): Promise<void> {
  const delivery = {
    id: 'ald_1',
    project: 'shop',
    route: 'mail',
    groupKey: 'mail shop',
    dueAt: at,
    createdAt: at,
    items: [notice as unknown as Sent['items'][number]],
  };
  await store.changeAlert({ project: 'shop', fingerprint: 'f00d' }, () => ({
    alert: {
      ...notice,
      severity: 'critical',
      page: 'data',
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
    },
    events: [],
    deliveries: [delivery],
  }));
}
