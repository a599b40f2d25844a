// Plans, sent or of a forecast request, against the checks of their columns: a price that no row may have is planned by nobody.

import { type ContractCheck, type Project, toleratesNone } from '../../core/index.ts';
import { rowCounter } from './row-counters.ts';
import { nothingUsual } from './usual.ts';
import type { Cell } from './value-rule.ts';

type ColumnTest = (cell: Cell) => string | null;

const compiled = new WeakMap<Project, Map<string, ColumnTest>>();

/** @returns the check that refuses a planned value of this column and why, `price.range: is below 0`; null when none does */
export function plannedProblem(project: Project, column: string, cell: Cell): string | null {
  const checks = project.contract.rules?.checks;
  if (checks === undefined) return null;
  const tests = compiled.get(project) ?? new Map<string, ColumnTest>();
  compiled.set(project, tests);
  const test = tests.get(column) ?? columnTest(checks, column);
  tests.set(column, test);
  return test(cell);
}

function columnTest(checks: readonly ContractCheck[], column: string): ColumnTest {
  const own = checks
    .filter((check) => check.columns.length === 1 && check.columns[0] === column)
    .filter((check) => check.severity === 'error' && check.scope !== 'table' && toleratesNone(check))
    .filter(({ rule }) => ['nulls', 'missing', 'invalid', 'references'].includes(rule.kind))
    .map((check) => ({ id: check.id, counter: rowCounter(check, [0], nothingUsual) }));
  return (cell) => {
    for (const { id, counter } of own) {
      const problem = counter?.look({ number: null, seriesId: '', period: 0, cells: [cell] }) ?? null;
      if (problem !== null) return `${id}: ${problem}`;
    }
    return null;
  };
}
