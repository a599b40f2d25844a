// `npm run sim -- drift`: how often the decision of drift alarms on tables in which nothing has changed, and how often it finds what has.

import { Rng } from '../../src/core/index.ts';
import { driftReport } from '../../src/forecasting/drift/index.ts';
import { defaultRules } from './drift-default-rules.ts';
import { type Injection, shapeOf, simulatedTable, type TableShape } from './drift-tables.ts';

interface Count {
  found: number;
  of: number;
}

/** Injected changes, each with the share in which it must be found. */
const changes: readonly { name: string; injection: Injection; rows: number; atLeast: number }[] = [
  { name: '+0.5 sd, 100 rows', injection: { kind: 'shift', sd: 0.5 }, rows: 100, atLeast: 0.85 },
  { name: '-0.5 sd, 100 rows', injection: { kind: 'shift', sd: -0.5 }, rows: 100, atLeast: 0.85 },
  { name: '2 x scale, 500 rows', injection: { kind: 'scale', factor: 2 }, rows: 500, atLeast: 0.99 },
  {
    name: 'new level of 5 %, 500 rows',
    injection: { kind: 'new level', share: 0.05 },
    rows: 500,
    atLeast: 0.95,
  },
];

export interface CalibrationOptions {
  readonly tables: number;
  readonly first: number;
  readonly print: (line: string) => void;
}

/** @returns whether false alarms stay at or below 5 % and every change is found often enough */
export function runDriftCalibration({ tables, first, print }: CalibrationOptions): boolean {
  const still = runStill({ tables, first });
  print(
    `${tables} tables without drift, 12 columns of numbers and 8 of categories, seeds from ${first} on; share with any alarm:`,
  );
  for (const [name, count] of still.alarms) print(`  ${name.padEnd(34)} ${shareOf(count)}`);
  print(`  columns with an alarm              ${shareOf(still.columns)}`);
  print(`  columns that answer unknown        ${shareOf(still.unknown)}`);
  print(
    'Of the same tables, by our own writing of the default rules that evidently documents (the package itself was not run):',
  );
  for (const [name, count] of still.defaults) print(`  ${name.padEnd(34)} ${shareOf(count)}`);
  let isGood = (still.alarms.get('all') as Count).found <= 0.05 * tables;
  print(`1 of 20 columns changed, reference 3,000 independent rows; share in which that column is found:`);
  const rounds = Math.max(50, Math.min(1_000, Math.round(tables / 10)));
  for (const { name, injection, rows, atLeast } of changes) {
    const count = runChange({ rounds, first: first + 1_000_000, injection, rows });
    print(`  ${name.padEnd(34)} ${shareOf(count)}, at least ${100 * atLeast} % are asked for`);
    isGood &&= count.found >= atLeast * count.of;
  }
  return isGood;
}

function runStill({ tables, first }: { tables: number; first: number }): {
  alarms: Map<string, Count>;
  defaults: Map<string, Count>;
  columns: Count;
  unknown: Count;
} {
  const alarms = new Map<string, Count>([['all', { found: 0, of: 0 }]]);
  const defaults = new Map<string, Count>();
  const columns: Count = { found: 0, of: 0 };
  const unknown: Count = { found: 0, of: 0 };
  for (let i = 0; i < tables; i++) {
    const rng = new Rng(first + i);
    const shape = shapeOf(rng);
    const table = simulatedTable(rng, shape);
    const report = driftReport(table.columns);
    for (const { verdict } of report.columns) {
      add(columns, verdict === 'drift');
      add(unknown, verdict === 'unknown');
    }
    for (const name of groupsOf(shape)) add(counted(alarms, name), report.verdict === 'drift');
    const ruled = defaultRules(table.columns);
    add(counted(defaults, 'any column'), ruled.drifted > 0);
    add(counted(defaults, 'half of the columns (its table alarm)'), ruled.drifted >= 0.5 * ruled.columns);
  }
  return { alarms, defaults, columns, unknown };
}

function groupsOf({ reference, current, isOrdered }: TableShape): string[] {
  const order = isOrdered ? 'memory and weeks' : 'independent rows';
  return ['all', order, `${order}, current ${current}`, `${order}, reference ${reference}`];
}

function runChange({
  rounds,
  first,
  injection,
  rows,
}: {
  rounds: number;
  first: number;
  injection: Injection;
  rows: number;
}): Count {
  const count: Count = { found: 0, of: 0 };
  const at = injection.kind === 'new level' ? 12 : 0;
  for (let i = 0; i < rounds; i++) {
    const shape: TableShape = { reference: 3_000, current: rows, isOrdered: false };
    const report = driftReport(simulatedTable(new Rng(first + i), shape, injection).columns);
    add(count, report.columns[at]?.verdict === 'drift');
  }
  return count;
}

function counted(counts: Map<string, Count>, name: string): Count {
  const count = counts.get(name) ?? { found: 0, of: 0 };
  counts.set(name, count);
  return count;
}

function add(count: Count, isFound: boolean): void {
  count.of++;
  if (isFound) count.found++;
}

/** With its standard error. */
function shareOf({ found, of }: Count): string {
  const share = found / Math.max(1, of);
  const error = Math.sqrt((share * (1 - share)) / Math.max(1, of));
  return `${(100 * share).toFixed(2).padStart(6)} % ± ${(100 * error).toFixed(2)} (${found} of ${of})`;
}
