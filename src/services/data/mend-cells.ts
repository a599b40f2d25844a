// One quarantined row mended: columns set, texts mapped, the target scaled.

import { AppError, defaultDialect, type Project } from '../../core/index.ts';
import type { RowEdit } from '../../storage/ports/index.ts';
import { numberReader } from './rows/number-reader.ts';
import type { QuarantinedRow } from './rows/quarantine-codes.ts';
import { observationFields } from './rows/raw-row.ts';

export type Cells = Readonly<Record<string, string | null>>;
type Held = Pick<QuarantinedRow, 'factor'> & { readonly cells: Cells };

/** Of one column. */
const mappedMax = 10_000;
const factorMax = 1e9;

/**
 * The edit without parts that say nothing.
 * @throws AppError `data/bad-repair` when it names a column that the project does not read, or a factor that is none
 */
export function checkedEdit(edit: RowEdit, project: Project): RowEdit {
  const { series, time, target, stockout, extras } = observationFields(project.columns);
  const known = new Set([...series, time, target, stockout, ...extras]);
  for (const column of [...Object.keys(edit.set ?? {}), ...Object.keys(edit.map ?? {})])
    if (!known.has(column))
      throw new AppError(
        'data/bad-repair',
        `project ${project.name} reads no column ${JSON.stringify(column)}`,
        {
          details: { columns: [...known].filter((name) => name !== null) },
        },
      );
  for (const [column, texts] of Object.entries(edit.map ?? {}))
    if (Object.keys(texts).length > mappedMax)
      throw new AppError('data/bad-repair', `more than ${mappedMax} texts of ${column} are mapped`);
  const factors = { multiply: edit.multiply ?? 1, divide: edit.divide ?? 1 };
  for (const [name, factor] of Object.entries(factors))
    if (!(factor > 0 && factor <= factorMax))
      throw new AppError(
        'data/bad-repair',
        `${name} is ${factor}: a factor is above 0 and at most ${factorMax}`,
      );
  return {
    ...(Object.keys(edit.set ?? {}).length === 0 ? {} : { set: edit.set }),
    ...(Object.keys(edit.map ?? {}).length === 0 ? {} : { map: edit.map }),
    ...(factors.multiply === 1 ? {} : { multiply: factors.multiply }),
    ...(factors.divide === 1 ? {} : { divide: factors.divide }),
    ...(edit.rescale === true ? { rescale: true } : {}),
  };
}

/**
 * @param edit as `checkedEdit` returns it
 * @returns its `cells` themselves where the edit changes nothing of it; null where the target is to be scaled and is no number
 */
export function mendedCells({ cells, factor = 1 }: Held, edit: RowEdit, project: Project): Cells | null {
  const mended: Record<string, string | null> = { ...cells };
  for (const [column, texts] of Object.entries(edit.map ?? {})) {
    const text = mended[column];
    if (typeof text === 'string' && Object.hasOwn(texts, text)) mended[column] = texts[text] ?? null;
  }
  for (const [column, text] of Object.entries(edit.set ?? {})) mended[column] = text;
  const { target } = project.columns;
  const text = mended[target]?.trim() ?? '';
  const { multiply = 1, divide = 1, rescale = false } = edit;
  const by = rescale ? factor : 1;
  if (multiply !== divide * by && text !== '') {
    const dialect = project.dialect ?? defaultDialect;
    const number = numberReader(dialect)(text) * multiply;
    // A twelfth is not exact: what came too small is multiplied.
    const value = (by < 1 ? number * Math.round(1 / by) : number / by) / divide;
    if (!Number.isFinite(value)) return null;
    mended[target] = String(value).replace('.', dialect.decimal ?? '.');
  }
  const isSame =
    Object.keys(mended).length === Object.keys(cells).length &&
    Object.entries(mended).every(([column, held]) => cells[column] === held);
  return isSame ? cells : mended;
}
