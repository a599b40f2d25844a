// The data files that a command was given: names, folders and patterns, in the order of their names.

import { glob, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { AppError } from '../../core/index.ts';

/** What a folder is looked through for; other files in it are left alone, and so are those that open workbooks leave beside them. */
const dataFile = /^(?!\.|~\$).*\.(?:csv|tsv|txt|ndjson|jsonl|parquet|xlsx|xlsm|gz|zip)$/i;

export interface InputFiles {
  readonly paths: readonly string[];
  /** It is what one name says, and no folder or pattern. */
  readonly isOne: boolean;
}

/** @throws AppError `data/file-not-found` when a folder or a pattern has none */
export async function inputFiles(cwd: string, given: readonly string[]): Promise<InputFiles> {
  const found: string[] = [];
  let isOne = given.length === 1;
  for (const name of given) {
    const path = resolve(cwd, name);
    const here = await stat(path).catch(() => null);
    const isPattern = here === null && /[*?[{]/.test(name);
    const isFolder = here?.isDirectory() === true;
    isOne &&= !isPattern && !isFolder;
    const files = isPattern ? await matching(cwd, name) : isFolder ? await filesIn(path) : [path];
    if (files.length === 0)
      throw new AppError(
        'data/file-not-found',
        isFolder ? `${name} holds no data file` : `no data file is named like ${name}`,
      );
    found.push(...inOrder(files));
  }
  return { paths: [...new Set(found)], isOne };
}

async function matching(cwd: string, pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const name of glob(pattern, { cwd })) {
    const path = resolve(cwd, name);
    if ((await stat(path)).isFile()) files.push(path);
  }
  return files;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && dataFile.test(entry.name))
    .map(({ name }) => join(folder, name));
}

/** `part-2` before `part-10`: of files that say the same the last one counts. */
function inOrder(paths: readonly string[]): string[] {
  return [...paths].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
