// How an alias may be called: never like a version's number or id, by which versions are found too.

import { AppError } from '../../core/index.ts';

const pattern = /^[a-z][a-z0-9-]{0,62}$/;
/** What the history says of an alias that points nowhere. */
const reserved = 'none';

/** @throws AppError `registry/bad-alias` */
export function checkAlias(alias: string): void {
  if (pattern.test(alias) && alias !== reserved) return;
  throw new AppError(
    'registry/bad-alias',
    `"${alias.slice(0, 80)}" is not a name for an alias: a lower-case letter, then letters, digits and hyphens`,
  );
}
