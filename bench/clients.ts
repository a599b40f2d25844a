// Question: do the official clients of the inference protocols work against a real server, call by call?
// tritonclient (ordinary and asyncio), kserve and MLflow's scoring client from PyPI, and curl; a small project is trained
// first. Ends with code 1 when a call failed.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Rng } from '../src/core/index.ts';
import { commandJson } from '../test/journey/command.ts';
import { startServer } from '../test/journey/server-process.ts';
import { peerPython } from './peers/environment.ts';

interface Call {
  readonly client: string;
  readonly call: string;
  readonly ok: boolean;
  readonly error: string | null;
}

const program = fileURLToPath(new URL('peers/inference_clients.py', import.meta.url));
const days = 140;

const python = peerPython('inference-clients');
const folder = mkdtempSync(join(tmpdir(), 'almanac-clients-'));
try {
  writeFileSync(join(folder, 'almanac.config.ts'), configText());
  writeFileSync(join(folder, 'sales.csv'), sales().join('\n'));
  await commandJson(folder, 'ingest', 'sales.csv', '--json');
  // Two versions, so that the one before the champion is asked too.
  await commandJson(folder, 'train', '--json');
  await commandJson(folder, 'train', '--json');
  const server = await startServer(folder);
  try {
    const promote = `${server.url}/v1/projects/shop/models/`;
    for (const number of [1, 2]) await fetch(`${promote}${number}/promote`, { method: 'POST' });
    const calls = [...pythonCalls(server.url), ...curlCalls(server.url)];
    show(calls);
  } finally {
    await server.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function configText(): string {
  return `export default { projects: { shop: {
    columns: { series: 'series', time: 'date', target: 'units', known: ['price'] },
    horizonSteps: 7, models: ['snaive', 'gbdt'],
  } } };\n`;
}

function sales(): string[] {
  const rng = new Rng(7);
  const lines = ['series,date,units,price'];
  for (const [i, series] of ['A', 'B', 'C'].entries())
    for (let day = 0; day < days; day++) {
      const date = new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
      const price = day % 10 < 3 ? 2 : 3;
      const units = 20 + 10 * i + 5 * (day % 7) - 4 * price + rng.below(6);
      lines.push(`${series},${date},${units},${price}`);
    }
  return lines;
}

function pythonCalls(url: string): Call[] {
  const { stdout, stderr, status } = spawnSync(python, [program, url, 'shop'], { encoding: 'utf8' });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const calls = lines.map((line) => JSON.parse(line) as Call);
  return status === 0
    ? calls
    : [...calls, { client: 'python', call: 'all', ok: false, error: stderr.slice(-500) }];
}

/** The forms of a scoring request, and the same of V2, as one types them. */
function curlCalls(url: string): Call[] {
  const json = ['-H', 'content-type: application/json'];
  const plan = '[2,2,2,3,3,3,3]';
  const forms: Readonly<Record<string, readonly string[]>> = {
    dataframe_split: [
      ...json,
      '-d',
      `{"dataframe_split":{"columns":["series","price"],"data":[["A",${plan}],["B",${plan}]]}}`,
    ],
    dataframe_records: [...json, '-d', '{"dataframe_records":[{"series":"A"},{"series":"B"}]}'],
    instances: [...json, '-d', '{"instances":["A","B"],"params":{"quantiles":[0.1,0.9]}}'],
    inputs: [...json, '-d', '{"inputs":{"series":["A","B"]},"params":{"horizon":3}}'],
    csv: ['-H', 'content-type: text/csv', '--data-binary', 'series\nA\nB\n'],
    'csv, compressed answer': [
      '--compressed',
      '-H',
      'content-type: text/csv; charset=utf-8',
      '--data-binary',
      'series\nA\nB\n',
    ],
  };
  const scoring = Object.entries(forms).map(([name, args]) =>
    curl(
      `/invocations, ${name}`,
      [...args, `${url}/invocations`],
      ({ predictions }) => predictions?.length === 2,
    ),
  );
  const body =
    '{"inputs":[{"name":"series","datatype":"BYTES","shape":[2],"data":["A","B"]}],"outputs":[{"name":"mean"}]}';
  const infer = curl(
    '/v2 infer',
    [...json, '-d', body, `${url}/v2/models/shop/infer`],
    ({ outputs }) => outputs?.[0]?.data.length === 14,
  );
  return [...scoring, infer];
}

interface CurlAnswer {
  readonly predictions?: readonly unknown[];
  readonly outputs?: readonly { readonly data: readonly unknown[] }[];
}

function curl(call: string, args: readonly string[], isRight: (answer: CurlAnswer) => boolean): Call {
  const text = execFileSync('curl', ['-sS', '-X', 'POST', ...args], { encoding: 'utf8' });
  const ok = isRight(JSON.parse(text) as CurlAnswer);
  return { client: 'curl', call, ok, error: ok ? null : text.slice(0, 300) };
}

function show(calls: readonly Call[]): void {
  const failed = calls.filter(({ ok }) => !ok);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(calls)}\n`);
  else {
    for (const { client, call, ok, error } of calls)
      process.stdout.write(
        `${ok ? 'pass' : 'FAIL'}  ${client.padEnd(22)} ${call}${error === null ? '' : `\n      ${error}`}\n`,
      );
    process.stdout.write(`${calls.length - failed.length} of ${calls.length} calls passed\n`);
  }
  if (failed.length > 0 || calls.length === 0) process.exitCode = 1;
}
