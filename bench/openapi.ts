// Question: is the description of the API right, by two linters and by requests made up from it against a real server?
// redocly and spectral lint /openapi.json; schemathesis sends what the description allows and what it does not, and looks for
// failures of the server, statuses, media types and bodies that are not described. Ends with code 1 on any error.
//   npm run -s bench -- openapi [--json] [--save] [--examples 20] [--seconds 120] [--seed 1]

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandJson } from '../test/journey/command.ts';
import { startServer } from '../test/journey/server-process.ts';
import { machineNow } from './machine.ts';
import { lintOpenApi, printedBy } from './peers/openapi-lint.ts';
import { openApiTools } from './peers/openapi-tools.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    /** Requests that fuzzing makes up for each operation, at most. */
    examples: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
  },
});
const days = 140;
/** Never ends, and waiting for it says nothing. */
const leftOut = '/v1/events';
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];

/** What one tool found. */
interface Row {
  readonly case: string;
  readonly errors: number;
  readonly warnings: number;
  readonly found: readonly string[];
}

/** Of schemathesis, also how much was tried. */
interface RequestsRow extends Row {
  readonly operations: number;
  readonly requests: number;
  /** Operations of which no valid request was carried out, so that only their refusals were checked. */
  readonly onlyRefused: readonly string[];
  readonly stoppedBy: string;
}

const machine = machineNow();
const tools = openApiTools();
const folder = mkdtempSync(join(tmpdir(), 'almanac-openapi-'));
const document = join(folder, 'openapi.json');
try {
  writeFileSync(join(folder, 'almanac.config.ts'), configText());
  writeFileSync(join(folder, 'sales.csv'), sales().join('\n'));
  await commandJson(folder, 'ingest', 'sales.csv', '--json');
  await commandJson(folder, 'train', '--json');
  const server = await startServer(folder);
  try {
    writeFileSync(document, await (await fetch(`${server.url}/openapi.json`)).text());
    const linted = lintOpenApi(tools, document).map(({ tool, ...of }) => ({ case: tool, ...of }));
    report([...linted, requests(server.url)]);
  } finally {
    await server.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function configText(): string {
  return `export default { projects: { shop: {
    columns: { series: 'series', time: 'date', target: 'units', known: ['price'] },
    horizonSteps: 7, retrainEveryPeriods: 0, models: ['snaive', 'gbdt'],
  } } };\n`;
}

function sales(): string[] {
  const lines = ['series,date,units,price'];
  for (const [i, series] of ['A', 'B', 'C'].entries())
    for (let day = 0; day < days; day++) {
      const date = new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
      lines.push(`${series},${date},${20 + 10 * i + 5 * (day % 7)},${day % 10 < 3 ? 2 : 3}`);
    }
  return lines;
}

/** The parts of schemathesis's own report that are read. */
interface SchemathesisReport {
  readonly stop_reason: string;
  readonly operations: { readonly selected: number; readonly tested: number };
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly unknown[];
  readonly errors: readonly unknown[];
  readonly warnings: Readonly<Record<string, readonly string[]>>;
  /** Valid requests by operation and phase. */
  readonly valid_rates: Readonly<Record<string, Readonly<Record<string, { readonly accepted: number }>>>>;
}

function requests(url: string): RequestsRow {
  const path = join(folder, 'schemathesis.json');
  const config = join(folder, 'schemathesis.toml');
  // A project and a version that are there, or most requests end at "no such project".
  writeFileSync(config, '[parameters]\n"path.project" = "shop"\n"path.version" = 1\n');
  const bounds = ['-n', values.examples, '--max-time', values.seconds, '--seed', values.seed];
  const args = [
    ...['--config-file', config, 'run', `${url}/openapi.json`, '--exclude-path', leftOut],
    ...['--checks', checks.join(','), ...bounds, '--continue-on-failure', '--request-timeout', '30'],
    ...['--report', 'json', '--report-json-path', path, '--no-color'],
  ];
  const said = printedBy(tools.schemathesis, args, folder);
  if (!existsSync(path)) throw new Error(`schemathesis made no report: ${said.slice(-2000)}`);
  const { operations, test_cases, stop_reason, ...result } = JSON.parse(
    readFileSync(path, 'utf8'),
  ) as SchemathesisReport;
  const untested = operations.selected - operations.tested;
  const found = [...result.failures, ...result.errors].map((failure) => `error ${JSON.stringify(failure)}`);
  if (untested > 0 || test_cases.generated === 0) found.push(`error ${untested} operations were not tried`);
  const remarks = Object.entries(result.warnings).flatMap(([kind, of]) =>
    of.map((name) => `${kind}: ${name}`),
  );
  return {
    case: 'schemathesis',
    errors: found.length,
    warnings: remarks.length,
    found: [...found, ...remarks.map((remark) => `warning ${remark}`)],
    operations: operations.tested,
    requests: test_cases.generated,
    onlyRefused: Object.entries(result.valid_rates)
      .filter(([, phases]) => Object.values(phases).every(({ accepted }) => accepted === 0))
      .map(([operation]) => operation),
    stoppedBy: stop_reason,
  };
}

function report(rows: readonly (Row | RequestsRow)[]): void {
  const bounds = {
    examples: Number(values.examples),
    seconds: Number(values.seconds),
    seed: Number(values.seed),
  };
  const text = `${JSON.stringify(
    {
      name: 'openapi',
      machine,
      versions: { node: process.versions.node, tools: tools.versions },
      date: new Date().toISOString(),
      bounds,
      leftOut,
      checks,
      rows,
    },
    null,
    2,
  )}\n`;
  if (values.save) writeFileSync(new URL('results/openapi.json', import.meta.url), text);
  if (values.json) process.stdout.write(text);
  else for (const row of rows) show(row);
  if (rows.some(({ errors }) => errors > 0)) process.exitCode = 1;
}

function show(row: Row | RequestsRow): void {
  const tried =
    'requests' in row
      ? `, ${row.requests} requests to ${row.operations} operations (${row.onlyRefused.length} only refused)`
      : '';
  process.stdout.write(`${row.case.padEnd(13)} ${row.errors} errors, ${row.warnings} warnings${tried}\n`);
  for (const line of row.found) process.stdout.write(`  ${line}\n`);
}
