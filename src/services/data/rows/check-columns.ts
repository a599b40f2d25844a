// Are the columns there that the mapping names?

import { AppError } from '../../../core/index.ts';

/** @throws AppError `data/missing-column`, `data/duplicate-column` */
export function checkColumns(file: string, found: readonly string[], required: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of found) {
    // SQL names ignore case, so two that differ in case alone would be one column there.
    const key = name.toLowerCase();
    if (seen.has(key) && name !== '')
      throw new AppError('data/duplicate-column', `${file} has two columns named ${JSON.stringify(name)}`);
    seen.add(key);
  }
  const missing = required.filter((name) => !found.includes(name));
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
