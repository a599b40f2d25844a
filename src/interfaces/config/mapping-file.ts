// Mappings that are kept in files of their own.

import { readFile, stat } from 'node:fs/promises';
import { AppError, isAppError, type Mapping } from '../../core/index.ts';
import { checkUserConfig } from './check.ts';
import type { MappingConfig } from './mapping-schema.ts';
import { mappingOf } from './project.ts';

/** More than this is no mapping: it is not even read. */
const fileBytesMax = 16 * 1024 * 1024;

/**
 * @param source what messages call it
 * @throws AppError `data/bad-mapping` when it is not there, or is none
 */
export async function readMappingFile(path: string, source: string): Promise<Mapping> {
  return readMapping(await jsonIn(path, source), source);
}

/** @throws AppError `data/bad-mapping` */
export function readMapping(value: unknown, source: string): Mapping {
  try {
    checkUserConfig({ projects: { file: { mappings: { file: value } } } }, source);
  } catch (error) {
    if (!isAppError(error, 'config/invalid')) throw error;
    const said = error.message.replaceAll('projects.file.mappings.file.', '');
    throw new AppError('data/bad-mapping', said.replaceAll('projects.file.mappings.file', 'it'), {
      cause: error,
    });
  }
  return mappingOf(value as MappingConfig);
}

async function jsonIn(path: string, source: string): Promise<unknown> {
  try {
    const { size } = await stat(path);
    if (size > fileBytesMax) throw new AppError('data/bad-mapping', `${source} is larger than any mapping`);
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : '';
    throw new AppError('data/bad-mapping', `${source} cannot be read as JSON: ${reason}`, { cause });
  }
}
