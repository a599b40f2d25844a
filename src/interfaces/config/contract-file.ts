// The data contracts that projects name: read with the configuration, so that a wrong one stops the start and not a batch.

import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError, type ContractRules, type Project } from '../../core/index.ts';

/** More than this is no contract: it is not even read. */
const fileBytesMax = 4 * 1024 * 1024;

/**
 * @param of.file as the setting names it; `of.folder` is where it starts from
 * @throws AppError `contract/*` when it is not there, or is no contract
 */
export async function readContractFile(of: {
  readonly file: string;
  readonly folder: string;
  readonly project: string;
}): Promise<ContractRules> {
  // Loaded where a contract is named: most configurations name none.
  const { readContract } = await import('../../services/contracts/index.ts');
  return readContract(await textOf(resolve(of.folder, of.file), of.file), {
    file: of.file,
    object: of.project,
  });
}

async function textOf(path: string, file: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > fileBytesMax) throw new AppError('contract/unreadable', `${file} is larger than any contract`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : '';
    throw new AppError('contract/unreadable', `${file} cannot be read: ${reason}`, { cause });
  }
}

/** Projects with the rules of the contracts that their settings name, by project. */
export async function withContracts(
  projects: readonly Project[],
  of: { readonly files: ReadonlyMap<string, string>; readonly folder: string },
): Promise<readonly Project[]> {
  const read = await Promise.all(
    projects.map(async (project) => {
      const file = of.files.get(project.name);
      if (file === undefined) return project;
      const rules = await readContractFile({ file, folder: of.folder, project: project.name });
      return Object.freeze({ ...project, contract: Object.freeze({ ...project.contract, rules }) });
    }),
  );
  return Object.freeze(read);
}
