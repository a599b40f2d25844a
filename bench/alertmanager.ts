// Question: is each alert delivered once per route, with a real Prometheus and Alertmanager, when receivers and the server are killed?
// Needs Debian's `prometheus` and `prometheus-alertmanager` (with amtool). Receivers are a webhook and a mail server, each a
// process of its own. Takes two minutes; ends with code 1 where something was left out, came under two ids, or was not seen.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AlmanacClient } from '../src/interfaces/client/index.ts';
import { freePort } from '../test/fixtures/free-port.ts';
import { type ServerProcess, startServer } from '../test/journey/server-process.ts';
import { type AlertEventCounts, type Delivered, deliveredByRoute, table } from './alertmanager-counts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = ['prometheus', 'prometheus-alertmanager', 'amtool'];
const missing = programs.filter((name) => spawnSync(name, ['--version']).error !== undefined);
/** The first is looked at step by step; the others come while things are killed. */
const projects = Array.from({ length: 8 }, (_, i) => `shop-${i}`);
const waitMsMax = 60_000;

type Receiver = 'hook' | 'mail';

async function main(): Promise<void> {
  const world = await World.prepared();
  try {
    await world.begin();
    const steps = await world.live();
    const routes = deliveredByRoute(world.delivered(), projects);
    const isGood = steps.every(({ ok }) => ok) && routes.every(({ left, twice }) => left + twice === 0);
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ steps, routes })}\n`);
    else process.stdout.write(table(steps, routes));
    if (!isGood) process.exitCode = 1;
  } finally {
    await world.end();
  }
}

interface Ports {
  readonly almanac: number;
  readonly prometheus: number;
  readonly alertmanager: number;
  readonly cluster: number;
  readonly hook: number;
  readonly mail: number;
}

class World {
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #children: ChildProcess[] = [];
  readonly #receivers: Partial<Record<Receiver, ChildProcess>> = {};
  #server: ServerProcess | undefined;
  /** Kills after which something waited for a receiver. */
  #turnsHeldUp = 0;

  private constructor(folder: string, ports: Ports) {
    this.#folder = folder;
    this.#ports = ports;
  }

  static async prepared(): Promise<World> {
    const names = ['almanac', 'prometheus', 'alertmanager', 'cluster', 'hook', 'mail'] as const;
    const ports = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await freePort()] as const)),
    ) as unknown as Ports;
    return new World(mkdtempSync(join(tmpdir(), 'almanac-alertmanager-')), ports);
  }

  async begin(): Promise<void> {
    process.env.BENCH_HOOK = 'whsec_c2VzYW1lLW9wZW4tc2VzYW1l';
    this.#configure();
    this.#up('hook');
    this.#up('mail');
    const web = (port: number): string => `--web.listen-address=127.0.0.1:${port}`;
    this.#spawn('prometheus-alertmanager', [
      `--config.file=${this.#path('alertmanager.yml')}`,
      `--storage.path=${this.#path('am')}`,
      web(this.#ports.alertmanager),
      `--cluster.listen-address=127.0.0.1:${this.#ports.cluster}`,
    ]);
    this.#spawn('prometheus', [
      `--config.file=${this.#path('prometheus.yml')}`,
      `--storage.tsdb.path=${this.#path('data')}`,
      web(this.#ports.prometheus),
    ]);
    await this.#serve();
  }

  async end(): Promise<void> {
    await this.#server?.kill();
    for (const child of [...this.#children, ...Object.values(this.#receivers)]) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What has happened, step by step. */
  async live(): Promise<{ what: string; found: string; ok: boolean }[]> {
    const steps: { what: string; found: string; ok: boolean }[] = [];
    const step = async (what: string, look: () => Promise<string | undefined>): Promise<void> => {
      const found = await this.#until(look);
      steps.push({ what, found: found ?? 'not seen', ok: found !== undefined });
      process.stderr.write(`${what}: ${found ?? 'not seen'}\n`);
    };
    const [first = '', ...others] = projects;
    await this.#refuse(first);
    await step('fires: both of our rules, told to Alertmanager by our route', async () => {
      const names = this.#amAlerts(first).filter((name) => name !== 'AlmanacAlert');
      return names.length === 2 ? names.join(', ') : undefined;
    });
    await step('fires: the rule in monitoring/, by Prometheus', async () =>
      this.#amAlerts(first).includes('AlmanacAlert') ? 'AlmanacAlert' : undefined,
    );
    await step('grouped: one webhook and one mail with both', async () => {
      const messages = this.delivered().filter(({ project }) => project === first);
      const isOne = (route: string): boolean => {
        const of = messages.filter((one) => one.route === route);
        return of.length === 2 && new Set(of.map(({ id }) => id)).size === 1;
      };
      return isOne('hook') && isOne('mail') ? '2 alerts, 1 message by each' : undefined;
    });
    await step("comes back: Alertmanager's webhook is an event", async () => {
      const { firing } = await this.#events(first);
      return firing > 0 ? `${firing} notifications` : undefined;
    });
    const silence = this.#amtool(
      'silence',
      'add',
      `project=${first}`,
      '-c',
      'bench',
      '-d',
      '10m',
      '-a',
      'bench',
    );
    await step('silenced by amtool', async () =>
      this.#amAlerts(first).length === 0 ? `silence ${silence.slice(0, 8)}` : undefined,
    );
    this.#amtool('silence', 'expire', silence);
    await step('silence expired: they are back', async () =>
      this.#amAlerts(first).length === 3 ? '3 alerts' : undefined,
    );
    for (const [i, project] of others.entries()) await this.#harm(project, i);
    await step('all is sent, after kills of receivers and server', async () => {
      const found = await this.#nothingWaits();
      return found && `${found}; held up by ${this.#turnsHeldUp} of ${others.length} kills`;
    });
    for (const project of projects) await this.#mend(project);
    await step('resolved: nothing is open in Alertmanager', async () =>
      projects.every((project) => this.#amAlerts(project).length === 0) ? '0 alerts' : undefined,
    );
    await step('all ends are sent', () => this.#nothingWaits());
    await step("comes back: Alertmanager's end is an event", async () => {
      const { resolved } = await this.#events(first);
      return resolved > 0 ? `${resolved} notifications` : undefined;
    });
    return steps;
  }

  /** An alert while a receiver, or the server, is killed: each in turn, at moments that differ. */
  async #harm(project: string, turn: number): Promise<void> {
    const receivers: readonly Receiver[] =
      turn % 3 === 0 ? ['hook', 'mail'] : [turn % 3 === 1 ? 'hook' : 'mail'];
    if (turn % 2 === 0) for (const name of receivers) this.#receivers[name]?.kill('SIGKILL');
    await this.#refuse(project);
    await sleep(400 + 350 * turn);
    for (const name of receivers) this.#receivers[name]?.kill('SIGKILL');
    await this.#server?.kill();
    await this.#serve();
    for (let i = 0; i < 20 && !(await this.#waitsFor(receivers)); i++) await sleep(100);
    if (await this.#waitsFor(receivers)) this.#turnsHeldUp++;
    for (const name of receivers) this.#up(name);
  }

  async #waitsFor(receivers: readonly string[]): Promise<boolean> {
    const routes = await this.#client.alerts.routes();
    return routes.some(({ name, waiting }) => waiting > 0 && receivers.includes(name));
  }

  /** A fifth of the rows cannot be read. */
  async #refuse(project: string): Promise<void> {
    const rows = Array.from({ length: 100 }, (_, i) => row(i, '2026-01-05', i < 20 ? 'many' : '3'));
    await this.#client.observe(project, rows);
  }

  /** So many good ones that the share is small. */
  async #mend(project: string): Promise<void> {
    const rows = Array.from({ length: 1000 }, (_, i) => row(i, '2026-01-06', '3'));
    await this.#client.observe(project, rows);
  }

  async #nothingWaits(): Promise<string | undefined> {
    const routes = (await this.#client.alerts.routes()).filter(({ kind }) => kind !== 'alertmanager');
    const open = (await this.#client.alerts.list()).items.length;
    const counts = routes.map(({ name, sent, waiting, failed }) => ({ name, sent, waiting, failed }));
    const isOver = counts.every(
      ({ sent, waiting, failed }) => waiting + failed === 0 && sent >= projects.length,
    );
    return isOver
      ? `${counts.map(({ name, sent }) => `${name} ${sent}`).join(', ')}; ${open} open`
      : undefined;
  }

  async #events(project: string): Promise<AlertEventCounts> {
    const url = `http://127.0.0.1:${this.#ports.almanac}/v1/events?after=0&project=${project}&types=alertmanager.received`;
    const text = await readFor(url, 1000);
    const of = (status: string): number => text.split(`"status":"${status}"`).length - 1;
    return { firing: of('firing'), resolved: of('resolved') };
  }

  /** Names of the alerts of a project that are active in Alertmanager. */
  #amAlerts(project: string): string[] {
    const text = this.#amtool('alert', 'query', `project=${project}`, '-o', 'json');
    return (JSON.parse(text || '[]') as { labels: { alertname: string } }[])
      .map(({ labels }) => labels.alertname)
      .sort();
  }

  #amtool(...words: readonly string[]): string {
    const url = `--alertmanager.url=http://127.0.0.1:${this.#ports.alertmanager}`;
    return spawnSync('amtool', [...words, url], { encoding: 'utf8' }).stdout.trim();
  }

  delivered(): Delivered[] {
    return (['hook', 'mail'] as const).flatMap((route) => {
      const file = this.#path(`${route}.ndjson`);
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
      return lines.filter((line) => line !== '').flatMap((line) => noticesIn(route, line));
    });
  }

  get #client(): AlmanacClient {
    return new AlmanacClient({ baseUrl: `http://127.0.0.1:${this.#ports.almanac}` });
  }

  async #serve(): Promise<void> {
    this.#server = await startServer(this.#folder, { args: ['--port', String(this.#ports.almanac)] });
  }

  #up(name: Receiver): void {
    const script = join(root, 'bench/alertmanager-receiver.ts');
    const file = this.#path(`${name}.ndjson`);
    this.#receivers[name] = spawn(process.execPath, [script, name, String(this.#ports[name]), file], {
      stdio: 'ignore',
    });
  }

  #spawn(program: string, words: readonly string[]): void {
    this.#children.push(spawn(program, words, { stdio: 'ignore' }));
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #configure(): void {
    const { almanac, alertmanager, hook, mail } = this.#ports;
    const rule = { name: 'a-tenth-refused', metric: 'quarantineShare', above: 0.1 };
    const project = {
      horizonSteps: 7,
      models: ['snaive'],
      columns: { series: 'item', time: 'day', target: 'units' },
      alerts: { rules: [rule], off: ['feed-silent', 'drift', 'training-failed'] },
    };
    const own = { privateAddresses: true };
    const alertRoutes = {
      hook: { kind: 'webhook', url: `http://127.0.0.1:${hook}/in`, passwordVariable: 'BENCH_HOOK', ...own },
      mail: {
        kind: 'email',
        url: `smtp://127.0.0.1:${mail}`,
        from: 'almanac@shop.example',
        to: 'planning@shop.example',
        encryption: 'none',
        ...own,
      },
      am: { kind: 'alertmanager', url: `http://127.0.0.1:${alertmanager}`, ...own },
    };
    const config = {
      logLevel: 'silent',
      projects: Object.fromEntries(projects.map((name) => [name, project])),
      alertRoutes,
      alerting: { groupSeconds: 1 },
    };
    writeFileSync(this.#path('almanac.config.json'), JSON.stringify(config));
    const monitoring = (name: string): string => readFileSync(join(root, 'monitoring', name), 'utf8');
    writeFileSync(this.#path('almanac.rules.yml'), monitoring('almanac.rules.yml'));
    const prometheus = monitoring('prometheus.yml')
      .replace('127.0.0.1:7400', `127.0.0.1:${almanac}`)
      .replace('scrape_interval: 30s', 'scrape_interval: 1s\n  evaluation_interval: 1s');
    const targets = `alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: ['127.0.0.1:${alertmanager}']\n`;
    writeFileSync(this.#path('prometheus.yml'), `${prometheus}${targets}`);
    writeFileSync(this.#path('alertmanager.yml'), alertmanagerConfig(almanac));
  }

  async #until(look: () => Promise<string | undefined>): Promise<string | undefined> {
    const end = performance.now() + waitMsMax;
    while (performance.now() < end) {
      const found = await look().catch(() => undefined);
      if (found !== undefined) return found;
      await sleep(500);
    }
    return undefined;
  }
}

function row(i: number, day: string, units: string): { item: string; day: string; units: string } {
  return { item: `i${i}`, day, units };
}

/** Of each project its own receiver, as the path names the project. */
function alertmanagerConfig(port: number): string {
  const routes = projects.map((name) => `    - { receiver: ${name}, matchers: ['project="${name}"'] }`);
  const receivers = projects.map(
    (name) =>
      `  - { name: ${name}, webhook_configs: [{ url: 'http://127.0.0.1:${port}/v1/projects/${name}/alertmanager' }] }`,
  );
  return [
    'route:',
    '  receiver: none',
    '  group_by: [project]',
    '  group_wait: 1s',
    '  group_interval: 2s',
    '  repeat_interval: 1h',
    '  routes:',
    ...routes,
    'receivers:',
    '  - { name: none }',
    ...receivers,
    '',
  ].join('\n');
}

/** The notices of one message that was noted. */
function noticesIn(route: Receiver, line: string): Delivered[] {
  const { id, text } = JSON.parse(line) as { id: string; text: string };
  if (route === 'hook') {
    const { data } = JSON.parse(text) as {
      data: { alerts: { project: string; rule: string; notice: string }[] };
    };
    return data.alerts.map(({ project, rule, notice }) => ({ route, id, project, rule, notice }));
  }
  // Of both forms of the body the first: each notice has its line.
  const plain = (text.split('Content-Type: text/html')[0] ?? '').replaceAll('=\r\n', '');
  const heads = plain.matchAll(/^(Resolved: )?(?:info|warning|critical) (\S+) in (\S+)\r?$/gm);
  return [...heads].map(([, over, rule = '', project = '']) => ({
    route,
    id,
    project,
    rule,
    notice: over === undefined ? 'fired' : 'resolved',
  }));
}

/** What an endless answer has said until then. */
async function readFor(url: string, ms: number): Promise<string> {
  const { body } = await fetch(url, { signal: AbortSignal.timeout(ms) });
  let text = '';
  try {
    for await (const part of body ?? []) text += Buffer.from(part).toString('utf8');
  } catch (error) {
    if (!(error instanceof Error && error.name === 'TimeoutError')) throw error;
  }
  return text;
}

if (missing.length === 0) await main();
else {
  process.stderr.write(
    `not installed: ${missing.join(', ')} (Debian: apt install prometheus prometheus-alertmanager)\n`,
  );
  process.exitCode = 2;
}
