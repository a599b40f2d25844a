// A contract from its file, whichever of the formats it is in.

import { AppError, type ContractRules } from '../../core/index.ts';
import { isObject } from './fields.ts';
import { readOdcs } from './odcs.ts';
import { isTableSchema, readTableSchema } from './table-schema.ts';
import { parseYaml } from './yaml-text.ts';

/**
 * @param of.file name for messages
 * @param of.object the table meant, where the file describes several
 * @throws AppError `contract/unreadable`, `contract/invalid`, `contract/unsupported`
 */
export async function readContract(
  text: string,
  of: { readonly file: string; readonly object: string },
): Promise<ContractRules> {
  const document = await parseYaml(text, of.file);
  if (!isObject(document))
    throw new AppError('contract/invalid', `${of.file} holds no contract: expected fields and values`);
  return isTableSchema(document) ? readTableSchema(document, of) : readOdcs(document, of);
}
