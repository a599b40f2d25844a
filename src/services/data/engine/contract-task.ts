// The worker's half of asking a data contract of what is stored: see `stored-contract.ts`.

import type { Transferable } from 'node:worker_threads';
import {
  type CheckResult,
  type ContractCheck,
  ObservationStatus,
  type Project,
  periodLabel,
} from '../../../core/index.ts';
import { type Cell, ContractTally } from '../../contracts/index.ts';
import { partsOf, usualOfProject } from '../rows/contract-rows.ts';
import { hoursSinceEnd } from '../rows/period-age.ts';
import type { TaskContext } from './engine.ts';
import { latestWords, type StoredRows } from './stored-words.ts';

export interface StoredContractInput {
  readonly stored: StoredRows;
  readonly project: Project;
  /** Checks of the contract. */
  readonly checks: readonly ContractCheck[];
  /** Only periods from this one on are looked at. */
  readonly periodMin: number;
  /** UTC milliseconds. */
  readonly now: number;
  readonly projectClock: number | null;
}

export interface StoredContractOutput {
  readonly rows: number;
  readonly periodMax: number | null;
  readonly results: readonly CheckResult[];
}

export async function storedContractTask(
  input: StoredContractInput,
  context: TaskContext,
): Promise<{ output: StoredContractOutput; transfer: Transferable[] }> {
  const { project, periodMin, now } = input;
  const { engine } = context;
  const { series, time, target, stockout, known = [], past = [] } = project.columns;
  const beside = [...known, ...past];
  await latestWords(context, input.stored, beside);
  const [looked, older, newest] = await engine.row(
    `SELECT count(*) FILTER (period >= ${periodMin}), count(*) FILTER (period < ${periodMin}), max(period) FROM latest`,
  );
  const ids = await engine.rows('SELECT DISTINCT series_id FROM latest');
  const highs = new Map(ids.map(([id]) => [String(id), { high: 0 }]));
  const tally = new ContractTally({
    checks: input.checks.map(notByItself).map(Number(older) > 0 ? notOfPart : (check) => check),
    columns: [...series, time, target, ...(stockout === undefined ? [] : [stockout]), ...beside],
    scope: 'table',
    usual: usualOfProject(project, highs),
    label: (period) => periodLabel(project.grid, period),
    hoursSince: (period) => hoursSinceEnd(project, { period, now }),
    projectClock: input.projectClock,
  });
  const cells = beside.map((_, i) => `, c${i}`).join('');
  const chunks = engine.chunks(
    `SELECT series_id, period, v, st${cells} FROM latest WHERE period >= ${periodMin} ORDER BY period, series_id`,
    Number(looked),
  );
  for await (const chunk of chunks) {
    const columns = Array.from({ length: 4 + beside.length }, (_, i) => chunk.getColumnVector(i));
    const at = (column: number, row: number): Cell => (columns[column]?.getItem(row) ?? null) as Cell;
    for (let i = 0; i < chunk.rowCount; i++) {
      const seriesId = String(at(0, i));
      const period = Number(at(1, i));
      const value = at(2, i);
      const row: Cell[] = [
        ...partsOf(seriesId, project),
        periodLabel(project.grid, period),
        typeof value === 'number' && Number.isNaN(value) ? null : value,
        ...(stockout === undefined ? [] : [at(3, i) === ObservationStatus.stockout ? '1' : '0']),
        ...beside.map((_, c) => at(4 + c, i)),
      ];
      tally.add({ number: null, seriesId, period, cells: row });
    }
  }
  const output = {
    rows: Number(looked),
    periodMax: Number(looked) === 0 ? null : Number(newest),
    results: tally.results(),
  };
  return { output, transfer: [] };
}

/** What is measured by the history has nothing to be measured by where the history itself is looked at. */
function notByItself(check: ContractCheck): ContractCheck {
  const { rule } = check;
  if (rule.kind !== 'units' && !(rule.kind === 'references' && rule.values === null)) return check;
  const why = 'it asks what is usual or known before a batch, and what is stored is all of that';
  return { ...check, rule: { kind: 'unchecked', why } };
}

/** How many rows a table has is not seen from its newest periods. */
function notOfPart(check: ContractCheck): ContractCheck {
  if (check.rule.kind !== 'rows') return check;
  return {
    ...check,
    rule: { kind: 'unchecked', why: 'only the newest periods of what is stored are looked at' },
  };
}
