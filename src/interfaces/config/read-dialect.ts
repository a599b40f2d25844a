// How a file is written, where it is said without a project.

import type { Dialect } from '../../core/index.ts';
import { checkUserConfig } from './check.ts';
import type { DialectConfig } from './dialect-schema.ts';
import { dialectOf } from './project.ts';

/**
 * The setting `dialect` of a project, by itself.
 * @param source what it came from, as messages name it
 * @throws AppError `config/invalid`
 */
export function readDialect(value: unknown, source: string): Dialect {
  checkUserConfig({ projects: { file: { dialect: value } } }, source);
  return dialectOf(value as DialectConfig);
}
