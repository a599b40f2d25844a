// Question: does a real Prometheus take our scrapes, rules and dashboards, and does every panel have data?
// Needs `prometheus` and `promtool` (Debian: apt install prometheus). A demo of sixty days is scraped while it lives.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dashboards } from '../scripts/monitoring/dashboards.ts';
import { projectName } from '../src/app/demo/season-api.ts';
import { freePort } from '../test/fixtures/free-port.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const monitoring = join(root, 'monitoring');
const days = 60;
/** A rate over five minutes has its first value after two scrapes, one over an hour likewise. */
const scrapedForMs = 20_000;
const waitMaxMs = 600_000;

if (spawnSync('promtool', ['--version']).status === 0) await main();
else {
  process.stderr.write('no promtool: install Prometheus (Debian: apt install prometheus)\n');
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-prometheus-'));
  const [port, promPort] = [await freePort(), await freePort()];
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    readFileSync(join(monitoring, 'prometheus.yml'), 'utf8')
      .replace('127.0.0.1:7400', `127.0.0.1:${port}`)
      .replace('scrape_interval: 30s', 'scrape_interval: 1s\n  evaluation_interval: 1s'),
  );
  writeFileSync(join(folder, 'almanac.rules.yml'), readFileSync(join(monitoring, 'almanac.rules.yml')));
  const demo = spawn(
    process.execPath,
    [join(root, 'bin/almanac.ts'), 'demo', '--days', String(days), '--port', String(port)],
    {
      stdio: 'ignore',
    },
  );
  const prometheus = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${promPort}`,
    ],
    { stdio: 'ignore' },
  );
  try {
    await lived(port);
    const scrape = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const lint = spawnSync('promtool', ['check', 'metrics'], { input: scrape, encoding: 'utf8' });
    const rules = spawnSync('promtool', ['check', 'rules', join(monitoring, 'almanac.rules.yml')], {
      encoding: 'utf8',
    });
    const panels = await askPanels(promPort);
    const alerts = await ask(promPort, '/api/v1/alerts');
    const report = {
      name: 'prometheus',
      date: new Date().toISOString(),
      version: spawnSync('prometheus', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0],
      metrics: {
        lines: scrape.split('\n').length,
        complaints: lint.stdout + lint.stderr,
        accepted: lint.status === 0,
      },
      rules: { accepted: rules.status === 0, failing: await failingRules(promPort) },
      panels: {
        queries: panels.length,
        empty: panels.filter(({ series }) => series === 0).map(({ where }) => where),
      },
      alerts: (alerts as { alerts: { labels: { alertname: string }; state: string }[] }).alerts.map(
        ({ labels, state }) => `${labels.alertname}: ${state}`,
      ),
    };
    process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
    const isGood =
      report.metrics.accepted &&
      report.rules.accepted &&
      report.rules.failing.length === 0 &&
      report.panels.empty.length === 0;
    if (!isGood) process.exitCode = 1;
  } finally {
    for (const child of [demo, prometheus]) {
      const gone = once(child, 'exit');
      child.kill('SIGINT');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves when the season of the demo is over and was scraped a while after. */
async function lived(port: number): Promise<void> {
  const until = performance.now() + waitMaxMs;
  for (;;) {
    await sleep(1_000);
    if (performance.now() > until)
      throw new Error(`the demo has not lived ${days} days in ${waitMaxMs / 1000} s`);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/projects/${projectName}/accuracy`).catch(
      () => undefined,
    );
    if (answer?.status !== 200) continue;
    const accuracy = (await answer.json()) as {
      overall?: { metrics: { n: number } };
    };
    if ((accuracy.overall?.metrics.n ?? 0) === 0) continue;
    await sleep(scrapedForMs + 60_000);
    return;
  }
}

async function askPanels(port: number): Promise<{ where: string; series: number }[]> {
  const found: { where: string; series: number }[] = [];
  for (const { uid, panels } of dashboards) {
    for (const { title, queries } of panels) {
      for (const { expr } of queries) {
        const query = encodeURIComponent(expr.replaceAll('$project', '.*'));
        const { result } = (await ask(port, `/api/v1/query?query=${query}`)) as { result: unknown[] };
        found.push({ where: `${uid}, ${title}: ${expr}`, series: result.length });
      }
    }
  }
  return found;
}

async function failingRules(port: number): Promise<string[]> {
  const { groups } = (await ask(port, '/api/v1/rules')) as {
    groups: { rules: { name: string; health: string; lastError?: string }[] }[];
  };
  return groups
    .flatMap(({ rules }) => rules)
    .filter(({ health }) => health !== 'ok')
    .map(({ name, lastError = 'not evaluated' }) => `${name}: ${lastError}`);
}

async function ask(port: number, path: string): Promise<unknown> {
  const answer = (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as {
    status: string;
    data: unknown;
    error?: string;
  };
  if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
  return answer.data;
}
