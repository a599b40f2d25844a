// Are the columns there that the mapping names?

import { AppError } from '../../../core/index.ts';

/**
 * @param of columns that must be there, and those that are read where they are
 * @throws AppError `data/missing-column`; `data/duplicate-column` when one that is read is there twice
 */
export function checkColumns(
  file: string,
  found: readonly string[],
  of: { needed: readonly string[]; used?: readonly string[] },
): void {
  const used = new Set([...of.needed, ...(of.used ?? [])].map((name) => name.toLowerCase()));
  const seen = new Set<string>();
  for (const name of found) {
    // Two that differ in case alone are easily taken for each other.
    const key = name.toLowerCase();
    if (seen.has(key) && used.has(key))
      throw new AppError('data/duplicate-column', `${file} has two columns named ${JSON.stringify(name)}`);
    seen.add(key);
  }
  const missing = of.needed.filter((name) => !found.includes(name));
  if (missing.length === 0) return;
  throw new AppError(
    'data/missing-column',
    `${file} has no column ${missing.map((name) => JSON.stringify(name)).join(', ')}; it has: ${listed(found)}`,
    { details: { missing, found: found.slice(0, 200) } },
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 30).map((name) => name.slice(0, 60));
  return names.length > 30 ? `${shown.join(', ')} and ${names.length - 30} more` : shown.join(', ');
}
