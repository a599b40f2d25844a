// Rows of earlier runs: a run of some datasets replaces theirs and leaves the others, each with its own date and commit.

import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { accuracyPage } from './accuracy-page.ts';
import type { AccuracyReport, Row } from './accuracy-report.ts';

const root = new URL('..', import.meta.url);
const resultsFile = new URL('bench/results/accuracy.json', root);
const pageFile = new URL('docs/reference/accuracy.md', root);

/**
 * Writes the results and the page.
 * @param of.names every dataset there is, in the order of the page
 * @param of.total the row over several datasets, put behind the last of them when all have one
 */
export async function saveReport(
  report: AccuracyReport,
  of: { names: readonly string[]; total: (rows: readonly Row[]) => { after: string; row: Row } | undefined },
): Promise<void> {
  const newest = new Map([...savedRows(), ...report.rows].map((row) => [row.case, row]));
  const rows = of.names.flatMap((name) => newest.get(name) ?? []);
  const total = of.total(rows);
  if (total !== undefined) rows.splice(rows.findIndex((row) => row.case === total.after) + 1, 0, total.row);
  const unmeasured = of.names.filter((name) => !newest.has(name));
  const merged: AccuracyReport = { ...report, rows, unmeasured };
  await writeFile(resultsFile, `${JSON.stringify(merged, null, 2)}\n`);
  await writeFile(pageFile, accuracyPage(merged));
}

function savedRows(): readonly Row[] {
  if (!existsSync(resultsFile)) return [];
  const saved = JSON.parse(readFileSync(resultsFile, 'utf8')) as AccuracyReport;
  return saved.rows.filter(({ measured }) => measured !== undefined);
}
