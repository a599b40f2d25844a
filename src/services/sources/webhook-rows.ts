// From the payload of a webhook to rows with the columns of a project: where the rows lie, and which field each column is read from.

import { AppError, exactJsonText, type WebhookSettings } from '../../core/index.ts';

/** Is the payload read field by field, or are its bytes the rows? */
export function isMapped({ rowsPath, fields }: WebhookSettings): boolean {
  return rowsPath !== undefined || fields !== undefined;
}

/**
 * The rows of a payload as lines of NDJSON. What a field says is passed on as it is: the rules of the project judge it.
 * @param payload parsed JSON; whole numbers that a double rounds are bigints
 * @throws AppError `sources/bad-delivery` when there are no rows where they should lie
 */
export function rowsOf(settings: WebhookSettings, payload: unknown): string {
  const { name, rowsPath, fields } = settings;
  const found = rowsPath === undefined ? payload : at(payload, rowsPath);
  const where = rowsPath === undefined ? 'the payload' : `the field ${rowsPath}`;
  if (typeof found !== 'object' || found === null)
    throw new AppError(
      'sources/bad-delivery',
      `a delivery to ${name} is refused: ${where} ${found === undefined ? 'is not there' : 'holds no rows'}; expected a list of objects, or one`,
    );
  const rows: readonly unknown[] = Array.isArray(found) ? found : [found];
  const lines = rows.map((row) => {
    const said = fields === undefined ? row : mapped(row, { payload, fields });
    const text = exactJsonText(said);
    if (reachesInfinity(said))
      throw new AppError(
        'sources/bad-delivery',
        `a delivery to ${name} is refused: it holds a number past 1e308`,
      );
    return `${text}\n`;
  });
  return lines.join('');
}

function mapped(
  row: unknown,
  { payload, fields }: { payload: unknown; fields: Readonly<Record<string, string>> },
): Record<string, unknown> {
  const entries = Object.entries(fields).flatMap(([column, field]) => {
    const value = field.startsWith('$.') ? at(payload, field.slice(2)) : at(row, field);
    return value === undefined ? [] : [[column, value] as const];
  });
  return Object.fromEntries(entries);
}

/** What lies at a path of names and numbers of items, apart by dots; undefined = nothing. */
function at(value: unknown, path: string): unknown {
  let found = value;
  for (const part of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Record<string, unknown>)[part];
  }
  return found;
}

/** JSON has no word for it, and would say null. */
function reachesInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(reachesInfinity);
}
