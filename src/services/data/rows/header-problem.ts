// Why the first line of a table is not its header, said so that it can be put right: lines above the table, or no header at all.

import type { CsvHeadRecord } from './csv-form.ts';

/** How far down a header is looked for. */
const linesMax = 50;

/** @returns what to say when a needed column is not in the first line and it is plain why; null otherwise */
export function headerProblem(
  form: { readonly columns: readonly string[]; readonly records: readonly CsvHeadRecord[] },
  needed: readonly string[],
): { code: 'data/missing-column' | 'data/no-header'; message: string } | null {
  if (needed.every((name) => form.columns.includes(name))) return null;
  const below = form.records.slice(1, linesMax).find(({ cells }) => {
    const names = cells.map((cell) => cell.trim());
    return needed.every((name) => names.includes(name));
  });
  if (below !== undefined)
    return {
      code: 'data/missing-column',
      message: `the header is line ${below.line}, not line ${form.records[0]?.line ?? 1}: skip the lines above it with dialect.skipLines = ${below.line - 1}`,
    };
  if (!lacksHeader(form.records)) return null;
  const first = (form.records[0]?.cells ?? []).slice(0, 6).join(', ').slice(0, 80);
  return {
    code: 'data/no-header',
    message: `line ${form.records[0]?.line ?? 1} is a row (${first}), not the names of the columns`,
  };
}

/** Numbers and dates stand in the first line where they stand in the lines below: it is a row. */
export function lacksHeader([first, ...rows]: readonly CsvHeadRecord[]): boolean {
  if (first === undefined || rows.length === 0) return false;
  const kinds = first.cells.map((cell) => kindOf(cell));
  let alike = 0;
  for (const [column, kind] of kinds.entries()) {
    const below = rows.slice(0, 20).map(({ cells }) => kindOf(cells[column] ?? ''));
    const usual = below.find((one) => one !== 'empty');
    if (usual === undefined || usual === 'text' || below.some((one) => one !== usual && one !== 'empty'))
      continue;
    if (kind !== usual) return false;
    alike += 1;
  }
  return alike > 0;
}

function kindOf(text: string): 'number' | 'date' | 'text' | 'empty' {
  const trimmed = text.trim();
  if (trimmed === '') return 'empty';
  if (/^[+-]?[\d.,]+$/.test(trimmed) && /\d/.test(trimmed)) return 'number';
  return /^\d{1,4}[-./]\d{1,2}(?:[-./]\d{1,4})?(?:[T ].*)?$/.test(trimmed) ? 'date' : 'text';
}
