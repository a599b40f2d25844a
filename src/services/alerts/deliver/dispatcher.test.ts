// By real parts: a database in a file that is opened anew as after a kill, and receivers over HTTP that are down, slow and back.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { projectLike } from '../../../../test/fixtures/project.ts';
import {
  type AlertCondition,
  type AlertRoute,
  alertPolicy,
  IdSource,
  ManualClock,
  type QuietHours,
} from '../../../core/index.ts';
import type { ControlStore } from '../../../storage/ports/index.ts';
import { openSqliteStore } from '../../../storage/sqlite/index.ts';
import { ManualTimers } from '../../jobs/testing.ts';
import { signatureOf } from '../../sources/index.ts';
import { Alerts } from '../alerts.ts';
import { Dispatcher } from './dispatcher.ts';
import { planner } from './plan.ts';
import { AlertRoutes } from './routes.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Another system: takes what is posted, as long as it is up. */
class Receiver {
  readonly received: Received[] = [];
  status = 200;
  /** Answers only when this resolves. */
  gate: Promise<void> = Promise.resolve();
  onRequest: () => void = () => {};
  #server: Server | undefined;
  port = 0;

  async up(): Promise<void> {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', async () => {
        this.received.push({ path: request.url ?? '', headers: request.headers, body });
        this.onRequest();
        await this.gate;
        response.writeHead(this.status, { location: 'http://127.0.0.1:1/' }).end('said <b>so</b>\u001B');
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async down(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<unknown>((resolve) => this.#server?.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
}

const project = projectLike({ name: 'shop' });
const secrets: Record<string, string> = {
  HOOK: 'whsec_c2VzYW1lLW9wZW4tc2VzYW1l',
  KEY: 'k'.repeat(32),
  TOKEN: 't'.repeat(20),
};
let folder: string;
let clock: ManualClock;
let store: ControlStore;
let hook: Receiver;
let routes: AlertRoute[];
let logged: object[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'almanac-alerts-'));
  clock = new ManualClock(Date.UTC(2026, 0, 21, 12));
  hook = new Receiver();
  await hook.up();
  logged = [];
  routes = [route('hook', { kind: 'webhook', url: `${hook.url}/in`, passwordVariable: 'HOOK' })];
  open();
  await store.putProject(project, 1);
});
afterEach(async () => {
  await store.close();
  await hook.down();
  rmSync(folder, { recursive: true });
});

function route(name: string, more: Partial<AlertRoute>): AlertRoute {
  return {
    name,
    kind: 'webhook',
    url: null,
    passwordVariable: null,
    user: null,
    mailing: null,
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

function open(): void {
  store = openSqliteStore({ path: join(folder, 'almanac.db'), clock });
}

const alerting = { escalateMinutes: 30, groupSeconds: 10, url: 'https://almanac.example' };
let made = 0;
const ids = (): IdSource =>
  new IdSource(
    () => clock.now(),
    (bytes) => void bytes.fill(++made % 32),
  );
const secretOf = (variable: string): string | undefined => secrets[variable];

function dispatcher(): Dispatcher {
  const log = { error: (fields: object) => void logged.push(fields) };
  const timers = new ManualTimers(0);
  return new Dispatcher({ routes, store, clock, timers, chance: () => 0.5, log, alerting, secretOf });
}

/** As a rule finds it. */
async function finds(holds: boolean, rule = 'wrong', more: Partial<AlertCondition> = {}): Promise<void> {
  const condition: AlertCondition = {
    rule,
    subject: '',
    holds,
    severity: 'warning',
    owner: null,
    runbook: null,
    page: 'data',
    summary: 'wape is 0.4',
    evidence: { metric: 'wape', value: 0.4, threshold: 0.3, n: 99, labelCoverage: 1, window: null },
    ...more,
  };
  const policy = { ...alertPolicy, escalateMs: 30 * 60_000 };
  const alerts = new Alerts({
    store,
    clock,
    ids: ids(),
    policy,
    plan: planner({ routes, alerting, ids: ids() }),
  });
  await alerts.take({ name: rule, looksAt: 'state', find: async () => [condition] }, { project } as never);
  await alerts.settle();
}

async function passes(ms: number, sending = dispatcher()): Promise<void> {
  clock.moveTo(clock.now() + ms);
  for (const one of routes) await sending.round(one);
}

const noticesOf = ({ body }: Received): string[] =>
  JSON.parse(body).data.alerts.map((one: { notice: string; rule: string }) => `${one.rule} ${one.notice}`);

test('what comes together is sent together, once, signed over the very bytes', async () => {
  await finds(true);
  await finds(true, 'late');
  await passes(9999);
  assert.equal(hook.received.length, 0);
  await passes(1);
  await passes(60_000);
  const [one] = hook.received as [Received];
  assert.equal(hook.received.length, 1);
  assert.deepEqual(noticesOf(one), ['wrong fired', 'late fired']);
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = one.headers;
  assert.equal(one.headers['content-type'], 'application/cloudevents+json; charset=utf-8');
  const right = signatureOf(secrets.HOOK as string, `${id}.${timestamp}.`, one.body).toString('base64');
  assert.equal(signature, `v1,${right}`);
  assert.equal(JSON.parse(one.body).id, id);
  assert.equal(Number(timestamp), Math.floor((clock.now() - 60_000) / 1000));
});

test('a receiver that is down is tried again with longer pauses, and sent all that it missed, in order', async () => {
  await hook.down();
  const sending = dispatcher();
  await finds(true);
  await passes(10_000, sending);
  await finds(false);
  const before = logged.length;
  for (const pause of [999, 1, 1999, 1, 3999]) await passes(pause, sending);
  assert.deepEqual([before, logged.length], [1, 1], 'one line for one trouble');
  const list = new AlertRoutes({ store, clock, ids: ids(), routes, alerting, secretOf });
  const [standing] = await list.list();
  assert.equal(standing?.waiting, 2);
  assert.match(standing?.lastError ?? '', /127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED/);
  await hook.up();
  await passes(1, sending);
  await passes(4000, sending);
  assert.deepEqual(hook.received.map(noticesOf), [['wrong fired'], ['wrong resolved']]);
  assert.equal((await list.list())[0]?.sent, 2);
});

test('killed while it sends, the next process sends it again under the same id; otherwise nothing comes twice', async () => {
  await finds(true);
  const began = new Promise<void>((resolve) => {
    hook.onRequest = resolve;
  });
  const gate = Promise.withResolvers<void>();
  hook.gate = gate.promise;
  const first = dispatcher();
  const sending = passes(10_000, first);
  await began;
  // As by a kill: the receiver has it, and nothing is noted.
  await first.stop();
  await sending;
  await store.close();
  gate.resolve();
  open();
  for (let i = 0; i < 5; i++) await passes(11_000);
  assert.equal(hook.received.length, 2);
  const [a, b] = hook.received as [Received, Received];
  assert.equal(a.headers['webhook-id'], b.headers['webhook-id']);
  assert.equal(a.body, b.body);
  await store.close();
  open();
  for (let i = 0; i < 5; i++) await passes(11_000);
  assert.equal(hook.received.length, 2);
});

test('two who send at once send it once', async () => {
  await finds(true);
  clock.moveTo(clock.now() + 10_000);
  await Promise.all([dispatcher(), dispatcher()].map((one) => one.round(routes[0] as AlertRoute)));
  assert.equal(hook.received.length, 1);
});

test('refusals are tried again for a day, redirects are not followed, and who is gone is asked no more', async () => {
  hook.status = 302;
  await finds(true);
  await passes(10_000);
  assert.equal(hook.received.length, 1);
  const status = async () => (await store.deliveryTotals())[0];
  assert.match((await status())?.lastError ?? '', /refused with status 302: said <b>so<\/b> $/);
  await passes(86_400_000);
  assert.deepEqual([(await status())?.failed, hook.received.length], [1, 2]);
  hook.status = 410;
  await finds(true, 'late');
  await passes(10_000);
  assert.equal((await status())?.failed, 2);
});

test('quiet hours hold back what is not critical', async () => {
  const quietHours: QuietHours = { from: 12 * 60, to: 18 * 60, timezone: 'Europe/Berlin' };
  routes = routes.map((one) => ({ ...one, quietHours }));
  await finds(true, 'wrong');
  await passes(10_000);
  assert.equal(hook.received.length, 0);
  await finds(true, 'burning', { severity: 'critical' });
  await passes(10_000);
  // What waits for the same goes with it.
  assert.deepEqual(hook.received.map(noticesOf), [['wrong fired', 'burning fired']]);
  await finds(true, 'late');
  await passes(5 * 3_600_000 - 31_000);
  assert.equal(hook.received.length, 1);
  await passes(31_000);
  assert.deepEqual(noticesOf(hook.received[1] as Received), ['late fired']);
});

test('who has not answered in time is told again by the routes of escalations, and of its end', async () => {
  const pager = { kind: 'pagerduty' as const, url: `${hook.url}/pager`, passwordVariable: 'KEY' };
  routes.push(route('pager', { ...pager, escalations: true }));
  await finds(true);
  await passes(10_000);
  clock.moveTo(clock.now() + 30 * 60_000);
  await finds(true);
  await passes(10_000);
  await finds(false);
  await passes(10_000);
  const paged = hook.received.filter(({ path }) => path === '/pager').map(({ body }) => JSON.parse(body));
  assert.deepEqual(
    paged.map((one) => one.event_action),
    ['trigger', 'resolve'],
  );
  assert.deepEqual(paged[0].routing_key, secrets.KEY);
  assert.equal(hook.received.filter(({ path }) => path === '/in').length, 2);
});

test('Alertmanager hears what is open every minute, and its end', async () => {
  routes = [route('am', { kind: 'alertmanager', url: `${hook.url}/am/`, passwordVariable: 'TOKEN' })];
  await finds(true);
  const sending = dispatcher();
  for (let i = 0; i < 12; i++) await passes(10_000, sending);
  assert.ok(hook.received.length >= 2 && hook.received.length <= 4, String(hook.received.length));
  const [one] = hook.received as [Received];
  assert.equal(one.path, '/am/api/v2/alerts');
  assert.equal(one.headers.authorization, `Bearer ${secrets.TOKEN}`);
  await finds(false);
  await passes(10_000, sending);
  const [over] = JSON.parse(hook.received.at(-1)?.body ?? '[]');
  assert.ok(Date.parse(over.endsAt) < clock.now());
});

test('nothing goes to a private address unless the route may, and a secret that is not there is said', async () => {
  routes = [
    route('own', { url: hook.url, passwordVariable: 'HOOK', privateAddresses: false }),
    route('name', {
      url: `http://localhost:${hook.port}`,
      passwordVariable: 'HOOK',
      privateAddresses: false,
    }),
    route('none', { url: hook.url, passwordVariable: 'NOT_SET' }),
    route('hook', { url: hook.url, passwordVariable: 'HOOK' }),
  ];
  const trying = new AlertRoutes({ store, clock, ids: ids(), routes, alerting, secretOf });
  await assert.rejects(trying.test('own'), /of this machine or of a private network/);
  await assert.rejects(trying.test('name'), /of this machine or of a private network/);
  await assert.rejects(trying.test('none'), /NOT_SET is not set/);
  await assert.rejects(trying.test('other'), /no route is called other; there is own, name, none, hook/);
  assert.equal(hook.received.length, 0);
  await trying.test('hook');
  assert.deepEqual(hook.received.map(noticesOf), [['test test']]);
});
