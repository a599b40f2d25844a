// What became of the rows of a file, for people: rows set aside, and checks of the contract that failed.

import type { CheckResult } from '../../core/index.ts';
import { checkInWords } from '../../services/contracts/index.ts';
import type { Printer } from './printer.ts';
import { count } from './words.ts';

/** Checks of the contract that failed. */
export function printFailed(printer: Printer, checks: readonly CheckResult[]): void {
  for (const check of checks)
    printer.line(
      `${printer.colours.yellow('·')} the contract has failed, ${check.severity}: ${checkInWords(check)}`,
    );
}

export function printQuarantined(printer: Printer, byCode: Readonly<Record<string, number>>): void {
  const rows = Object.entries(byCode).sort((a, b) => b[1] - a[1]);
  if (rows.length === 0) return;
  printer.line();
  printer.table(
    [
      { title: 'quarantined for', value: ([code]) => printer.colours.yellow(code) },
      { title: 'rows', align: 'right', value: ([, rowCount]) => count(rowCount) },
    ],
    rows,
  );
}
